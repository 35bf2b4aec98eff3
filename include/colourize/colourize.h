/* Colourize as a library, in C: gives black-and-white pictures and films their colours.
 *
 *   colourize_session* session = NULL;
 *   if (colourize_session_open(NULL, NULL, &session) != COLOURIZE_OK ||
 *       colourize_photo(session, "photo.jpg", "photo.colour.jpg", NULL) != COLOURIZE_OK) {
 *     fprintf(stderr, "%s\n", colourize_last_error()->message);
 *   }
 *   colourize_session_close(session);
 *
 * A model holds the weights of a generator, the network that invents colours. A session is a model opened on one device
 * or on several, with threads of its own; it colours pictures in memory and picture files. A film opens a session for
 * itself.
 *
 * Ownership. What an `open` function returns, its `close` function releases; each accepts NULL. A session keeps what it
 * needs of its model, so the model may be closed first. The caller owns the samples of images, and all strings and
 * structures that it passes are read before the call returns. Strings that the library returns belong to it.
 *
 * Threads. Any thread may call any function, and several threads may use one session or one model at once: the pictures
 * are coloured side by side. Only closing must come last. Callbacks run in the thread that called, or in a thread of
 * the session, one call of a callback at a time for each call of the library; they must not throw, and must not close
 * what is in use.
 *
 * Errors. A function that can fail returns a colourize_status; colourize_last_error() then says what happened, to what,
 * and what to do. Nothing is lost in silence: the library tells the `log` callback what it works around.
 *
 * Versions. Every structure of options begins with its own size, which the functions *_init() set. A newer library of
 * the same major version takes what an older header made; the other structures stay as they are.
 *
 * Text is UTF-8 on every system where file names are; paths are the operating system's bytes.
 */
#ifndef COLOURIZE_COLOURIZE_H
#define COLOURIZE_COLOURIZE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define COLOURIZE_API __attribute__((visibility("default")))
#else
#define COLOURIZE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The library's version, such as "0.1.0". */
COLOURIZE_API const char* colourize_version(void);

/* ---- Errors ---- */

typedef enum colourize_status {
  COLOURIZE_OK = 0,
  COLOURIZE_NOT_FOUND = 1,   /* no file, folder, model or tensor has this name */
  COLOURIZE_DAMAGED = 2,     /* a file is truncated, changed, or contradicts itself */
  COLOURIZE_INCOMPLETE = 3,  /* damaged, but a part is sound: `salvage` takes it */
  COLOURIZE_UNSUPPORTED = 4, /* valid, but this build, machine or format cannot do it */
  COLOURIZE_INVALID = 5,     /* an argument is out of range or contradicts another one */
  COLOURIZE_TOO_LARGE = 6,   /* beyond the limit of megapixels */
  COLOURIZE_NO_MEMORY = 7,
  COLOURIZE_NO_DISK = 8,      /* no disk space */
  COLOURIZE_REFUSED = 9,      /* a permission, the system or another process prevents it */
  COLOURIZE_CONFLICT = 10,    /* what an earlier call left does not match this one: `discard` removes it */
  COLOURIZE_INTERRUPTED = 11, /* a callback asked to stop */
  COLOURIZE_UNREACHABLE = 12, /* a network does not answer */
  COLOURIZE_FAILED = 13       /* a library or a device reports something unforeseen */
} colourize_status;

/* The status as a word: "ok", "not_found", ... "unknown" for any other number. */
COLOURIZE_API const char* colourize_status_name(colourize_status status);

typedef struct colourize_error {
  colourize_status status;
  const char* message; /* all of the below as one or two sentences: "subject: happened; remedy" */
  const char* subject; /* the file, layer or argument that has the problem */
  const char* happened;
  const char* remedy; /* what to do now; empty where nothing helps */
} colourize_error;

/* The error of the calling thread's last failed call. Never NULL; valid until the thread's next failed call. */
COLOURIZE_API const colourize_error* colourize_last_error(void);

/* Takes a warning, one sentence. */
typedef void (*colourize_log)(void* user, const char* message);

/* ---- Models ---- */

typedef struct colourize_model colourize_model;

/* Opens a model. `name_or_path`: the name of the built-in model or of an installed one, or the path of a .safetensors
 * file or of a PyTorch checkpoint (.pth), which is converted once and kept in the models' folder; NULL: the built-in
 * model. Up to four of them with + between them, as in "stable+ddcolor" or "stable:0.4+ddcolor:0.6", are an ensemble:
 * pictures get the mean of their colours. "best" and "film" are ensembles with a name. `models_folder`: where installed
 * models lie; NULL: $XDG_DATA_HOME/colourize/models, or ~/.local/share/colourize/models. Statuses: NOT_FOUND, DAMAGED,
 * UNSUPPORTED (no generator that the library knows), INVALID (a share that is no number above 0, more than four
 * models), NO_MEMORY, and for a conversion NO_DISK and REFUSED. */
COLOURIZE_API colourize_status colourize_model_open(const char* name_or_path, const char* models_folder,
                                                    colourize_model** model);
COLOURIZE_API void colourize_model_close(colourize_model* model);
/* The generator's name: "lite", "wide", "deep", "ddcolor"; of an ensemble "wide+ddcolor". */
COLOURIZE_API const char* colourize_model_generator(const colourize_model* model);
/* The side of the square that the generator sees is 16 pixels times the render factor. Of an ensemble, the largest. */
COLOURIZE_API int colourize_model_default_render_factor(const colourize_model* model);

typedef struct colourize_model_info {
  const char* name;      /* what colourize_model_open() takes, once it is installed */
  const char* state;     /* "built in", "installed", or "published": available elsewhere */
  const char* generator; /* the generator's name; "unknown" or "damaged" where an installed file has none */
  const char* path;      /* of an installed one; empty otherwise */
  const char* licence;   /* empty where it is not known */
  uint64_t bytes;        /* of the weights' file; of a published one, of the checkpoint */
} colourize_model_info;

/* Calls `each` once for every model: the built-in one, those installed in the folder (NULL as above), and the published
 * ones that are not installed. The structure is valid during that call. */
COLOURIZE_API colourize_status colourize_models(const char* models_folder,
                                                void (*each)(void* user, const colourize_model_info* model),
                                                void* user);

typedef struct colourize_device_info {
  const char* name;        /* what a session's `devices` takes */
  int usable;              /* on this machine, now */
  const char* requirement; /* what a machine needs; empty where there is nothing to say */
} colourize_device_info;

/* Calls `each` once for every device of this build, the fastest first. */
COLOURIZE_API colourize_status colourize_devices(void (*each)(void* user, const colourize_device_info* device),
                                                 void* user);

/* ---- Sessions ---- */

typedef struct colourize_session colourize_session;

typedef struct colourize_session_options {
  size_t size;           /* of this structure */
  const char* devices;   /* names separated by commas: "auto" (the fastest), "cpu", "cuda:0,cuda:1"; NULL: "auto" */
  const char* precision; /* "fp32", "fp16" or "bf16": how products are rounded; NULL: the device's own */
  int threads;           /* of the processor; 0: as many as the process may run on */
  int render_factor;     /* 8 to 64; 0: the model's own */
  int together;          /* pictures in progress at once; 1: each gets all threads; 0: many */
  colourize_log log;     /* receives warnings from any thread, one at a time; NULL: drops them */
  void* log_user;
} colourize_session_options;

COLOURIZE_API void colourize_session_options_init(colourize_session_options* options, size_t size);

/* Opens a model (NULL: the built-in one) on devices; options NULL: those that *_init() sets.
 * Statuses: UNSUPPORTED (a device that this build or machine lacks), INVALID, NO_MEMORY. */
COLOURIZE_API colourize_status colourize_session_open(const colourize_model* model,
                                                      const colourize_session_options* options,
                                                      colourize_session** session);
/* No other call may use the session any more. */
COLOURIZE_API void colourize_session_close(colourize_session* session);
/* The names of the opened devices, separated by commas. */
COLOURIZE_API const char* colourize_session_devices(const colourize_session* session);

/* Called with 0 to 1 as the generator runs. Another value than 0 stops the call, which then returns INTERRUPTED. */
typedef int (*colourize_progress)(void* user, double fraction);

/* ---- Images in memory ---- */

typedef enum colourize_sample_type {
  COLOURIZE_UINT8 = 1,
  COLOURIZE_UINT16 = 2, /* in the processor's byte order, full range */
  COLOURIZE_FLOAT32 = 3 /* 0 is black and 1 is white, as encoded for a screen (gamma, not linear light) */
} colourize_sample_type;

/* Rows of pixels from the top to the bottom, a pixel's samples side by side. */
typedef struct colourize_image {
  void* samples;
  int width;    /* pixels, at least 1 */
  int height;   /* pixels, at least 1 */
  int channels; /* 1: grey; 2: grey, alpha; 3: red, green, blue; 4: red, green, blue, alpha */
  colourize_sample_type type;
  ptrdiff_t row_bytes; /* from a row's first sample to the next row's; below 0: the rows go up; 0: no gaps */
} colourize_image;

/* Gives `to` the luma of `from` and the colours of the session's generator. `to` has the size and the sample type of
 * `from` and 3 or 4 channels; its alpha is that of `from`, or opaque. Both may be the same memory where they have the
 * same channels; otherwise they must not overlap. `from` is only read. Of float samples luma is kept to the last bits,
 * also below 0 and above 1; the generator sees it clamped. Where the call fails, `to` may hold anything.
 * `progress` may be NULL. Statuses: INVALID, NO_MEMORY, DAMAGED (the weights give numbers that are not finite),
 * INTERRUPTED. */
COLOURIZE_API colourize_status colourize_image_colour(colourize_session* session, const colourize_image* from,
                                                      const colourize_image* to, colourize_progress progress,
                                                      void* user);

/* ---- Picture files ---- */

/* How a TIFF is made smaller; all are without loss. */
typedef enum colourize_tiff_compression {
  COLOURIZE_TIFF_DEFLATE = 0,
  COLOURIZE_TIFF_LZW = 1,
  COLOURIZE_TIFF_NONE = 2
} colourize_tiff_compression;

/* What the numbers of a DPX (a scanned film's frame) mean. */
typedef enum colourize_dpx_transfer {
  COLOURIZE_DPX_AS_STATED = 0, /* what the file says; UNSUPPORTED where it says nothing */
  COLOURIZE_DPX_LINEAR = 1,    /* proportional to light */
  COLOURIZE_DPX_LOG = 2,       /* printing density */
  COLOURIZE_DPX_VIDEO = 3      /* as they are shown */
} colourize_dpx_transfer;

typedef struct colourize_photo_options {
  size_t size;        /* of this structure */
  int max_megapixels; /* refuses larger pictures before it allocates memory; 300 */
  int salvage;        /* take the sound part of a damaged file; the log says how much is missing */
  int side_by_side;   /* before and after in one picture */
  colourize_progress progress;
  void* user; /* for `progress` */
  colourize_tiff_compression tiff_compression;
  int webp_lossless; /* write a WebP without loss; otherwise quality 95, with chroma at half its size */
  int jxl_lossless;  /* write a JPEG XL without loss; otherwise what libjxl's programs take for quality 95 */
  colourize_dpx_transfer dpx_transfer;
  int no_provenance; /* do not state in the target's XMP that its colours were made, by what, and how */
} colourize_photo_options;

COLOURIZE_API void colourize_photo_options_init(colourize_photo_options* options, size_t size);

/* Colours a picture file into another one, whose extension names its format (.jpg, .png, .tif, .webp,
 * .jp2, .jxl, .dpx). Size, depth, alpha and metadata are the source's, and so are all pages from TIFF to TIFF. The
 * target appears whole or not at all, and replaces a file of that name; it must not be the source. Statuses: NOT_FOUND,
 * DAMAGED, INCOMPLETE, UNSUPPORTED, TOO_LARGE, INVALID, NO_MEMORY, NO_DISK, REFUSED, INTERRUPTED. */
COLOURIZE_API colourize_status colourize_photo(colourize_session* session, const char* source, const char* target,
                                               const colourize_photo_options* options);

/* ---- Films ---- */

typedef enum colourize_film_step {
  COLOURIZE_FILM_COLOURING = 0,
  COLOURIZE_FILM_JOINING = 1,
  COLOURIZE_FILM_VERIFYING = 2
} colourize_film_step;

typedef struct colourize_film_progress {
  colourize_film_step step;
  int64_t done_before; /* frames that an earlier call finished */
  int64_t done;        /* frames of this call, in this step */
  int64_t expected;    /* estimate of all frames; 0: unknown */
} colourize_film_progress;

typedef struct colourize_film_result {
  int64_t frames;       /* in the target */
  int64_t done_before;  /* of them, finished by an earlier call */
  int64_t lost_packets; /* that gave no frame */
  int verified;         /* frames were counted and their times compared */
  int luma_verified;    /* and their luma compared, bit for bit */
} colourize_film_result;

typedef struct colourize_film_options {
  size_t size;              /* of this structure */
  const char* codec;        /* "h264", "h265", "ffv1" (lossless), "prores"; NULL: h264 */
  const char* preset;       /* of h264 and h265, x264's names; NULL: what suits the generator's speed */
  const char* pixel_format; /* libav's name; NULL: what holds the source's luma */
  int crf;                  /* of h264 and h265: 0 (lossless) to 51; 16 */
  int max_megapixels;       /* of a frame; 300 */
  double from;              /* seconds from the film's beginning; below 0: its beginning; -1 */
  double to;                /* the same; below 0: its end; -1 */
  double stabilise;         /* 0 (not at all) to 1: how much chroma is averaged along the motion */
  int side_by_side;         /* before and after in one picture */
  int discard;              /* removes an unfinished film of an earlier call instead of resuming it */
  int verify;               /* decodes the result and compares it with the source */
  void (*progress)(void* user, const colourize_film_progress* progress);
  int (*stop)(void* user); /* called again and again; not 0: finish the segment of 96 frames and return */
  void* user;              /* for both */
  int no_provenance;       /* do not state in the target's comment that its colours were made, by what, and how */
} colourize_film_options;

COLOURIZE_API void colourize_film_options_init(colourize_film_options* options, size_t size);

/* Colours a film into another one, whose extension names its container (.mkv, .mp4, .m4v, .mov, .avi). Sound,
 * subtitles, chapters and times are the source's. Until the film is whole, a journal beside the target keeps what is
 * finished. After INTERRUPTED, a crash or a power cut the same call resumes there, and the film gets the same bytes as
 * one that was never interrupted. `model` NULL: the built-in one; `session` NULL: the default options (its `together`
 * is not used); `options` NULL: those that *_init() sets; `result` may be NULL.
 * FFmpeg's libraries write lines of their own to the standard error stream. av_log_set_level(AV_LOG_QUIET) ends that
 * for the whole process; what matters in them is an error or a warning here too.
 * Statuses: as colourize_photo(), CONFLICT, and UNSUPPORTED where the library was built without films. */
COLOURIZE_API colourize_status colourize_film(const colourize_model* model, const char* source, const char* target,
                                              const colourize_session_options* session,
                                              const colourize_film_options* options, colourize_film_result* result);

#ifdef __cplusplus
}
#endif

#endif
