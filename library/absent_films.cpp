// In place of film.cpp where the library is built without FFmpeg.
#include "colourize/colourize.h"
#include "library/failure.h"
#include "library/options.h"

void colourize_film_options_init(colourize_film_options* options, size_t size) {
  colourize::library::init_options(options, size, colourize_film_options{});
}

colourize_status colourize_film(const colourize_model* /*model*/, const char* source, const char* /*target*/,
                                const colourize_session_options* /*session*/, const colourize_film_options* /*options*/,
                                colourize_film_result* /*result*/) {
  return colourize::library::guarded([&] {
    colourize::library::require(source, "source");
    throw colourize::Error(colourize::ErrorKind::unsupported, source,
                           "is a film, but this library was built without films", "build it with COLOURIZE_FILM=ON");
  });
}
