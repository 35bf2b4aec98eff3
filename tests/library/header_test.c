/* The header is C: this file is compiled as C99 and nothing else, and colours a picture through it. */
#include <stdio.h>

#include "colourize/colourize.h"

static int stop_at_once(void* user, double fraction) {
  (void)fraction;
  ++*(int*)user;
  return 1;
}

static void count_model(void* user, const colourize_model_info* model) {
  if (model->name[0] != '\0') ++*(int*)user;
}

/* 0: all is as it should be; otherwise the line that is not. */
#define EXPECT(condition) \
  do {                    \
    if (!(condition)) {   \
      return __LINE__;    \
    }                     \
  } while (0)

int colour_from_c(void);
int colour_from_c(void) {
  unsigned char grey[16 * 12];
  unsigned char colours[16 * 12 * 3];
  colourize_session_options options;
  colourize_session* session = NULL;
  colourize_image from = {0};
  colourize_image to = {0};
  int calls = 0;
  int models = 0;
  int i;
  int coloured = 0;
  for (i = 0; i < 16 * 12; ++i) grey[i] = (unsigned char)(60 + i);
  colourize_session_options_init(&options, sizeof options);
  options.devices = "cpu";
  options.threads = 1;
  options.render_factor = 8;
  EXPECT(colourize_session_open(NULL, &options, &session) == COLOURIZE_OK);
  from.samples = grey;
  from.width = to.width = 16;
  from.height = to.height = 12;
  from.channels = 1;
  from.type = to.type = COLOURIZE_UINT8;
  to.samples = colours;
  to.channels = 3;
  EXPECT(colourize_image_colour(session, &from, &to, NULL, NULL) == COLOURIZE_OK);
  for (i = 0; i < 16 * 12; ++i) coloured += colours[3 * i] != colours[3 * i + 2];
  EXPECT(coloured > 0);
  EXPECT(colourize_image_colour(session, &from, &to, stop_at_once, &calls) == COLOURIZE_INTERRUPTED);
  EXPECT(calls == 1);
  EXPECT(colourize_last_error()->message[0] != '\0');
  EXPECT(colourize_models("no such folder", count_model, &models) == COLOURIZE_OK && models > 1);
  colourize_session_close(session);
  return 0;
}
