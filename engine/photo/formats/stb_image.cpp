// stb_image's code, with the formats that only it reads and no others. Its memory begins as zeros: a damaged picture
// would otherwise decode to what is in memory.
#include <cstdlib>

#define STBI_MALLOC(size) std::calloc(1, size)
#define STBI_REALLOC(memory, size) std::realloc(memory, size)
#define STBI_FREE(memory) std::free(memory)
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_BMP
#define STBI_ONLY_TGA
#define STBI_ONLY_PSD
#define STBI_NO_STDIO
#define STBI_FAILURE_USERMSG
#include <stb_image.h>
