/* Gives a grey picture in memory its colours, and writes it as a PPM: photo OUT.ppm */
#include <stdio.h>

#include "colourize/colourize.h"

enum { width = 320, height = 240 };
static unsigned char grey[width * height];
static unsigned char colours[width * height * 3];

int main(int count, char** arguments) {
  colourize_image from = {grey, width, height, 1, COLOURIZE_UINT8, 0};
  colourize_image to = {colours, width, height, 3, COLOURIZE_UINT8, 0};
  colourize_session* session = NULL;
  FILE* file = NULL;
  int i;
  if (count < 2) return 2;
  for (i = 0; i < width * height; ++i) grey[i] = (unsigned char)(i % width * 255 / width);
  if (colourize_session_open(NULL, NULL, &session) != COLOURIZE_OK ||
      colourize_image_colour(session, &from, &to, NULL, NULL) != COLOURIZE_OK) {
    fprintf(stderr, "%s\n", colourize_last_error()->message);
    colourize_session_close(session);
    return 1;
  }
  colourize_session_close(session);
  file = fopen(arguments[1], "wb");
  if (file == NULL) return 1;
  fprintf(file, "P6\n%d %d\n255\n", width, height);
  i = fwrite(colours, sizeof colours, 1, file) == 1;
  return fclose(file) == 0 && i ? 0 : 1;
}
