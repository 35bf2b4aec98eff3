// Colourize as a library, in C++17 or newer: gives black-and-white pictures and films their colours.
//
//   colourize::Session session;  // the built-in model on the fastest device
//   session.photo("photo.jpg", "photo.colour.jpg");
//
//   colourize::Session stable(colourize::Model("stable"), {.devices = "cuda:0,cuda:1"});  // C++20's initialisers
//   stable.colour({grey.data(), width, height, 1}, {colours.data(), width, height, 3});   // 8-bit samples in memory
//
// A model holds the weights of a generator, the network that invents colours. A session is a model opened on one device
// or on several, with threads of its own. It is a thin cover of colourize.h, whose functions alone are the library's
// binary interface: this header needs nothing else of it.
//
// Ownership. Models and sessions own what they opened, and may be moved. A session keeps what it needs of its model.
// The caller owns the samples of images.
//
// Threads. Several threads may use one session or one model at once. Callbacks run in the thread that called or in a
// thread of the session, one call at a time for each call of the library.
//
// Errors. What fails throws colourize::Failure, which says what happened, to what, and what to do. An exception that a
// callback throws stops the call, which then throws it on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "colourize/colourize.h"

namespace colourize {

// The library's version, such as "0.1.0".
inline std::string version() {
  return colourize_version();
}

// The error of a failed call. what() is one or two sentences for people: "subject: happened; remedy".
class Failure : public std::runtime_error {
 public:
  explicit Failure(const colourize_error& error)
      : std::runtime_error(error.message),
        status_(error.status),
        subject_(error.subject),
        happened_(error.happened),
        remedy_(error.remedy) {}

  // What a caller can act on: COLOURIZE_NOT_FOUND and so on.
  colourize_status status() const { return status_; }
  // The file, layer or argument that has the problem.
  const std::string& subject() const { return subject_; }
  const std::string& happened() const { return happened_; }
  // What to do now; empty where nothing helps.
  const std::string& remedy() const { return remedy_; }

 private:
  colourize_status status_;
  std::string subject_;
  std::string happened_;
  std::string remedy_;
};

// Called with 0 to 1 as the generator runs; false stops the call, which then throws Failure (COLOURIZE_INTERRUPTED).
using Progress = std::function<bool(double fraction)>;

namespace detail {

inline void check(colourize_status status) {
  if (status != COLOURIZE_OK) throw Failure(*colourize_last_error());
}

inline const char* or_null(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

// A callback for C, and the exception that it must not let through.
struct Watched {
  explicit Watched(const Progress& called) : progress(called) {}

  const Progress& progress;
  std::exception_ptr thrown = nullptr;

  colourize_progress function() const {
    if (!progress) return nullptr;
    return [](void* user, double fraction) -> int {
      auto& self = *static_cast<Watched*>(user);
      try {
        return self.progress(fraction) ? 0 : 1;
      } catch (...) {
        self.thrown = std::current_exception();
        return 1;
      }
    };
  }
  void check(colourize_status status) const {
    if (thrown) std::rethrow_exception(thrown);
    detail::check(status);
  }
};

// Where the library's list goes, one entry after the other.
template <class Entry>
struct Collected {
  std::vector<Entry> entries;
  std::exception_ptr thrown = nullptr;

  template <class Make>
  void add(const Make& make) {
    try {
      if (!thrown) entries.push_back(make());
    } catch (...) {
      thrown = std::current_exception();
    }
  }
  std::vector<Entry> result(colourize_status status) {
    check(status);
    if (thrown) std::rethrow_exception(thrown);
    return std::move(entries);
  }
};

}  // namespace detail

struct ModelInfo {
  std::string name;            // what Model takes, once it is installed
  std::string state;           // "built in", "installed", or "published": available elsewhere
  std::string generator;       // "unknown" or "damaged" where an installed file has none
  std::filesystem::path path;  // of an installed one
  std::string licence;         // empty where it is not known
  std::uint64_t bytes = 0;     // of the weights' file; of a published one, of the checkpoint
};

// The built-in model, those installed in the folder (empty: see Model), and the published ones that are not installed.
inline std::vector<ModelInfo> models(const std::filesystem::path& models_folder = {}) {
  detail::Collected<ModelInfo> list;
  const auto each = [](void* user, const colourize_model_info* model) {
    static_cast<detail::Collected<ModelInfo>*>(user)->add([&] {
      return ModelInfo{model->name, model->state, model->generator, model->path, model->licence, model->bytes};
    });
  };
  return list.result(colourize_models(detail::or_null(models_folder.string()), each, &list));
}

struct Device {
  std::string name;         // what SessionOptions::devices takes
  bool usable = false;      // on this machine, now
  std::string requirement;  // what a machine needs; empty where there is nothing to say
};

// Every device of this build, the fastest first.
inline std::vector<Device> devices() {
  detail::Collected<Device> list;
  const auto each = [](void* user, const colourize_device_info* device) {
    static_cast<detail::Collected<Device>*>(user)->add([&] {
      return Device{device->name, device->usable != 0, device->requirement};
    });
  };
  return list.result(colourize_devices(each, &list));
}

class Model {
 public:
  // The built-in one.
  Model() : Model(std::string{}) {}
  // The name of the built-in model or of an installed one, the path of a .safetensors file, or of a checkpoint of
  // PyTorch (.pth), which is converted once and kept. `models_folder`: where installed models lie; empty:
  // $XDG_DATA_HOME/colourize/models, or ~/.local/share/colourize/models.
  explicit Model(const std::string& name_or_path, const std::filesystem::path& models_folder = {}) {
    colourize_model* model = nullptr;
    detail::check(colourize_model_open(detail::or_null(name_or_path), detail::or_null(models_folder.string()), &model));
    model_.reset(model);
  }

  // The generator's name: "lite", "wide", "deep".
  std::string generator() const { return colourize_model_generator(get()); }
  // The side of the square that the generator sees is 16 pixels times the render factor.
  int default_render_factor() const { return colourize_model_default_render_factor(get()); }
  // For the functions of colourize.h; null where it was moved away.
  const colourize_model* get() const { return model_.get(); }

 private:
  struct Close {
    void operator()(colourize_model* model) const { colourize_model_close(model); }
  };
  std::unique_ptr<colourize_model, Close> model_;
};

struct SessionOptions {
  std::string devices;    // names separated by commas: "auto" (the fastest), "cpu", "cuda:0,cuda:1"; empty: "auto"
  std::string precision;  // "fp32", "fp16" or "bf16": how products are rounded; empty: the device's own
  int threads = 0;        // of the processor; 0: as many as the process may run on
  int render_factor = 0;  // 8 to 64; 0: the model's own
  int together = 0;       // pictures in progress at once; 1: each gets all threads; 0: many
  std::function<void(std::string_view message)> log;  // receives warnings; must not throw; empty: drops them
};

namespace detail {

// The same for C, but for the log; it points into `options`.
inline colourize_session_options for_c(const SessionOptions& options) {
  colourize_session_options given;
  colourize_session_options_init(&given, sizeof(given));
  given.devices = or_null(options.devices);
  given.precision = or_null(options.precision);
  given.threads = options.threads;
  given.render_factor = options.render_factor;
  given.together = options.together;
  return given;
}

}  // namespace detail

// Rows of pixels from the top to the bottom, a pixel's samples side by side.
template <class Samples>
struct BasicImage {
  Samples* samples = nullptr;
  int width = 0;     // pixels, at least 1
  int height = 0;    // pixels, at least 1
  int channels = 3;  // 1: grey; 2: grey, alpha; 3: red, green, blue; 4: red, green, blue, alpha
  colourize_sample_type type = COLOURIZE_UINT8;
  std::ptrdiff_t row_bytes = 0;  // from a row's first sample to the next row's; below 0: the rows go up; 0: no gaps
};
using ConstImage = BasicImage<const void>;
using Image = BasicImage<void>;

struct PhotoOptions {
  int max_megapixels = 300;   // refuses larger pictures before it allocates memory
  bool salvage = false;       // take the sound part of a damaged file; the log says how much is missing
  bool side_by_side = false;  // before and after in one picture
  Progress progress;
  colourize_tiff_compression tiff_compression = COLOURIZE_TIFF_DEFLATE;
  bool webp_lossless = false;  // otherwise quality 95, with chroma at half its size
  bool jxl_lossless = false;   // otherwise what libjxl's programs take for quality 95
  colourize_dpx_transfer dpx_transfer = COLOURIZE_DPX_AS_STATED;
  bool no_provenance = false;  // do not state in the target's XMP that its colours were made, by what, and how
};

class Session {
 public:
  // The built-in model on the fastest device.
  Session() : Session(nullptr, {}) {}
  explicit Session(const Model& model, SessionOptions options = {}) : Session(model.get(), std::move(options)) {}

  // Gives `to` the luma of `from` and the generator's colours. `to` has the size and the sample type of `from` and 3 or
  // 4 channels; its alpha is that of `from`, or opaque. Both may be the same memory where they have the same channels.
  void colour(const ConstImage& from, const Image& to, const Progress& progress = {}) {
    // The library only reads it.
    const colourize_image source{
        const_cast<void*>(from.samples), from.width, from.height, from.channels, from.type, from.row_bytes};
    const colourize_image target{to.samples, to.width, to.height, to.channels, to.type, to.row_bytes};
    detail::Watched watched(progress);
    watched.check(colourize_image_colour(session_.get(), &source, &target, watched.function(), &watched));
  }

  // Colours a picture file into another one, whose extension names its format (.jpg, .png, .tif, .webp, .jp2, .jxl,
  // .dpx).
  // The target appears whole or not at all, and replaces a file of that name; it must not be the source.
  void photo(const std::filesystem::path& source, const std::filesystem::path& target,
             const PhotoOptions& options = {}) {
    detail::Watched watched(options.progress);
    colourize_photo_options given;
    colourize_photo_options_init(&given, sizeof(given));
    given.max_megapixels = options.max_megapixels;
    given.salvage = options.salvage ? 1 : 0;
    given.side_by_side = options.side_by_side ? 1 : 0;
    given.progress = watched.function();
    given.user = &watched;
    given.tiff_compression = options.tiff_compression;
    given.webp_lossless = options.webp_lossless ? 1 : 0;
    given.jxl_lossless = options.jxl_lossless ? 1 : 0;
    given.dpx_transfer = options.dpx_transfer;
    given.no_provenance = options.no_provenance ? 1 : 0;
    watched.check(colourize_photo(session_.get(), source.string().c_str(), target.string().c_str(), &given));
  }

  // The names of the opened devices, separated by commas.
  std::string devices() const { return colourize_session_devices(session_.get()); }
  // For the functions of colourize.h; null where it was moved away.
  colourize_session* get() const { return session_.get(); }

 private:
  struct Close {
    void operator()(colourize_session* session) const { colourize_session_close(session); }
  };
  using Log = std::function<void(std::string_view)>;

  Session(const colourize_model* model, SessionOptions options)
      : log_(options.log ? std::make_unique<Log>(std::move(options.log)) : nullptr) {
    colourize_session_options given = detail::for_c(options);
    if (log_) {
      given.log = [](void* user, const char* message) { (*static_cast<Log*>(user))(message); };
      given.log_user = log_.get();
    }
    colourize_session* session = nullptr;
    detail::check(colourize_session_open(model, &given, &session));
    session_.reset(session);
  }

  std::unique_ptr<Log> log_;
  std::unique_ptr<colourize_session, Close> session_;  // last: it ends before what it writes to
};

struct FilmOptions {
  std::string codec;          // "h264", "h265", "ffv1" (lossless), "prores"; empty: h264
  std::string preset;         // of h264 and h265, x264's names; empty: what suits the generator's speed
  std::string pixel_format;   // libav's name; empty: what holds the source's luma
  int crf = 16;               // of h264 and h265: 0 (lossless) to 51
  int max_megapixels = 300;   // of a frame
  double from = -1;           // seconds from the film's beginning; below 0: its beginning
  double to = -1;             // the same; below 0: its end
  double stabilise = -1;      // 0 (not at all) to 1: how much chroma is averaged along the motion; below 0: the usual
  bool side_by_side = false;  // before and after in one picture
  bool discard = false;       // removes an unfinished film of an earlier call instead of resuming it
  bool verify = false;        // decodes the result and compares it with the source
  std::function<void(const colourize_film_progress& progress)> progress;
  std::function<bool()> stop;  // called again and again; true: finish the segment of 96 frames and stop
  bool no_provenance = false;  // do not state in the target's comment that its colours were made, by what, and how
};

// Colours a film into another one, whose extension names its container (.mkv, .mp4, .m4v, .mov, .avi). Until the
// film is whole, a journal beside the target keeps what is finished. The same call resumes there after the machine
// stopped, or after the call was stopped, which throws Failure (COLOURIZE_INTERRUPTED). `session.together` is not used.
inline colourize_film_result colour_film(const Model& model, const std::filesystem::path& source,
                                         const std::filesystem::path& target, const FilmOptions& options = {},
                                         const SessionOptions& session = {}) {
  struct Watched {
    const FilmOptions& options;
    const SessionOptions& session;
    std::exception_ptr thrown;
  } watched{options, session, nullptr};

  colourize_session_options on = detail::for_c(session);
  if (session.log) {
    on.log = [](void* user, const char* message) { static_cast<Watched*>(user)->session.log(message); };
    on.log_user = &watched;
  }

  colourize_film_options given;
  colourize_film_options_init(&given, sizeof(given));
  given.codec = detail::or_null(options.codec);
  given.preset = detail::or_null(options.preset);
  given.pixel_format = detail::or_null(options.pixel_format);
  given.crf = options.crf;
  given.max_megapixels = options.max_megapixels;
  given.from = options.from;
  given.to = options.to;
  if (options.stabilise >= 0) given.stabilise = options.stabilise;
  given.side_by_side = options.side_by_side ? 1 : 0;
  given.discard = options.discard ? 1 : 0;
  given.verify = options.verify ? 1 : 0;
  given.no_provenance = options.no_provenance ? 1 : 0;
  given.user = &watched;
  if (options.progress) {
    given.progress = [](void* user, const colourize_film_progress* progress) {
      auto& self = *static_cast<Watched*>(user);
      try {
        if (!self.thrown) self.options.progress(*progress);
      } catch (...) {
        self.thrown = std::current_exception();
      }
    };
  }
  given.stop = [](void* user) -> int {
    auto& self = *static_cast<Watched*>(user);
    try {
      return self.thrown || (self.options.stop && self.options.stop()) ? 1 : 0;
    } catch (...) {
      self.thrown = std::current_exception();
      return 1;
    }
  };
  colourize_film_result result{};
  const colourize_status status =
      colourize_film(model.get(), source.string().c_str(), target.string().c_str(), &on, &given, &result);
  if (watched.thrown) std::rethrow_exception(watched.thrown);
  detail::check(status);
  return result;
}

}  // namespace colourize
