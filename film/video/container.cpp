#include "film/video/container.h"

extern "C" {
#include <libavutil/dict.h>
}

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <new>
#include <string_view>

#include "film/video/extensions.h"
#include "film/video/statement.h"
#include "system/error.h"

namespace colourize::film {
namespace {

bool is_format(const AVOutputFormat& format, std::string_view name) {
  return format.name == name;
}

// mov and mp4 keep chapters and the timecode as tracks of their own. The muxer writes both again from what the demuxer
// found. libav marks such tracks as not to be read.
bool is_written_again(const AVStream& stream) {
  return stream.discard == AVDISCARD_ALL || stream.codecpar->codec_tag == MKTAG('t', 'm', 'c', 'd');
}

bool holds_rotation(const AVOutputFormat& format) {
  const bool matroska_too = avformat_version() >= AV_VERSION_INT(60, 16, 100);  // FFmpeg 6.1
  return is_format(format, "mp4") || is_format(format, "mov") || (matroska_too && is_format(format, "matroska"));
}

std::string described(const AVStream& stream) {
  const char* type = av_get_media_type_string(stream.codecpar->codec_type);
  return fmt::format("stream {} ({}, {})", stream.index, type == nullptr ? "unknown" : type,
                     avcodec_get_name(stream.codecpar->codec_id));
}

// The tag that libav keeps with a packet or stream belongs to the container that it came from.
std::uint32_t tag_for(const AVOutputFormat& format, const AVCodecParameters& parameters) {
  if (format.codec_tag == nullptr) return 0;
  const bool known = av_codec_get_id(format.codec_tag, parameters.codec_tag) == parameters.codec_id;
  return known || av_codec_get_tag(format.codec_tag, parameters.codec_id) == 0 ? parameters.codec_tag : 0;
}

// Notes that muxers and taggers wrote about the earlier video stream.
void remove_stale_notes(AVDictionary*& metadata) {
  constexpr std::array<std::string_view, 6> stale{"ENCODER",         "BPS",         "NUMBER_OF_FRAMES",
                                                  "NUMBER_OF_BYTES", "_STATISTICS", "DURATION"};
  std::vector<std::string> keys;
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(metadata, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    std::string key = entry->key;
    std::ranges::transform(key, key.begin(), [](unsigned char letter) { return std::toupper(letter); });
    if (std::ranges::any_of(stale, [&](std::string_view note) { return key.starts_with(note); }))
      keys.emplace_back(entry->key);
  }
  for (const std::string& key : keys) av_dict_set(&metadata, key.c_str(), nullptr, 0);
}

// Keys differ in their case from container to container; libav compares them without it.
void state_provenance(AVDictionary*& metadata, const std::optional<Provenance>& provenance) {
  constexpr auto key = "comment";
  const AVDictionaryEntry* comment = av_dict_get(metadata, key, nullptr, 0);
  const std::string before = comment == nullptr ? "" : comment->value;
  const std::string text = with_statement(before, provenance);
  if (text == before) return;
  if (av_dict_set(&metadata, key, text.empty() ? nullptr : text.c_str(), 0) < 0) throw std::bad_alloc();
}

}  // namespace

const AVOutputFormat& container_format(const std::filesystem::path& target) {
  const char* name = container_name(target);
  const AVOutputFormat* format = name == nullptr ? nullptr : av_guess_format(name, nullptr, nullptr);
  if (format == nullptr) {
    throw Error(ErrorKind::unsupported, target.string(), "has no extension that a film can be written with",
                "choose .mkv, .mp4, .mov or .avi");
  }
  return *format;
}

Container::Container(AVIOContext* io, const AVOutputFormat& format, const Input& source, const VideoFormat& video,
                     const AVCodecParameters& parameters, const TimeRange& range, const std::string& name,
                     const std::optional<Provenance>& provenance)
    : name_(name),
      source_(source),
      time_base_(video.time_base),
      moments_(moments_of(range, source)),
      copies_(source.container().nb_streams) {
  AVFormatContext* container = nullptr;
  checked(avformat_alloc_output_context2(&container, const_cast<AVOutputFormat*>(&format),  // NOLINT: const from 5.0 on
                                         nullptr, nullptr),
          name_, "cannot be written");
  container_.reset(container);
  container_->pb = io;
  // No random numbers and no versions, so that the same film gives the same bytes.
  container_->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;
  // Times stay as they are, even below 0, where the container can store that; mov and mp4 do it with edit lists.
  if (is_format(format, "matroska")) container_->avoid_negative_ts = 0;
  // Allows FFV1 in mp4, for one: players read it well, but no standard defines it.
  container_->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
  add_streams(source, video, parameters);
  add_chapters(source, range);
  if (av_dict_copy(&container_->metadata, source.container().metadata, 0) < 0) throw std::bad_alloc();
  for (const char* of_the_old_file : {"encoder", "major_brand", "minor_version", "compatible_brands"}) {
    av_dict_set(&container_->metadata, of_the_old_file, nullptr, 0);
  }
  state_provenance(container_->metadata, provenance);
  const int code = avformat_write_header(container_.get(), nullptr);
  checked(code, name_, "this container cannot hold the film");
}

void Container::add_streams(const Input& source, const VideoFormat& video, const AVCodecParameters& parameters) {
  const AVOutputFormat& format = *container_->oformat;
  for (unsigned i = 0; i < source.container().nb_streams; ++i) {
    const AVStream& from = *source.container().streams[i];
    if (&from != &source.video()) {
      add_copy(from);
      continue;
    }
    if (quarter_turns(from) != 0 && !holds_rotation(format)) {
      throw Error(ErrorKind::unsupported, name_, "the player must turn its frames, which this container cannot store",
                  "choose .mp4 or .mov");
    }
    AVStream& stream = add_stream(parameters);
    stream.codecpar->codec_tag = 0;
    // Apple's players know it under this name.
    if (parameters.codec_id == AV_CODEC_ID_HEVC && (is_format(format, "mp4") || is_format(format, "mov"))) {
      stream.codecpar->codec_tag = MKTAG('h', 'v', 'c', '1');
    }
    copy_stream_properties(from, stream);
    stream.time_base = video.time_base;
    stream.sample_aspect_ratio = video.sample_aspect;
    stream.codecpar->field_order = video.frames.field_order;
    remove_stale_notes(stream.metadata);
    video_ = stream.index;
  }
}

AVStream& Container::add_stream(const AVCodecParameters& parameters) {
  AVStream* stream = avformat_new_stream(container_.get(), nullptr);
  if (stream == nullptr) throw std::bad_alloc();
  checked(avcodec_parameters_copy(stream->codecpar, &parameters), name_, "cannot be written");
  return *stream;
}

void Container::add_copy(const AVStream& from) {
  const AVOutputFormat& format = *container_->oformat;
  if (is_written_again(from)) return;
  if (is_cover(from) && is_format(format, "matroska")) {
    add_cover_as_attachment(from);
    return;
  }
  AVCodecParameters& parameters = *from.codecpar;
  const bool attachment = parameters.codec_type == AVMEDIA_TYPE_ATTACHMENT;
  const bool holds = attachment ? is_format(format, "matroska")
                                : avformat_query_codec(&format, parameters.codec_id, FF_COMPLIANCE_UNOFFICIAL) != 0;
  // Muxers that cannot tell (-1 and below) report it when the header is written.
  if (!holds) {
    throw Error(ErrorKind::unsupported, name_, described(from) + " cannot be held by this container",
                "choose the extension .mkv for the output");
  }
  AVStream& stream = add_stream(parameters);
  stream.codecpar->codec_tag = tag_for(format, parameters);
  copy_stream_properties(from, stream);
  copies_[static_cast<std::size_t>(from.index)] = stream.index;
}

// Matroska keeps covers as attached files. libav shows them as streams when it reads them, but does not write them that
// way.
void Container::add_cover_as_attachment(const AVStream& from) {
  const bool png = from.codecpar->codec_id == AV_CODEC_ID_PNG;
  if (!png && from.codecpar->codec_id != AV_CODEC_ID_MJPEG) {
    throw Error(ErrorKind::unsupported, name_, described(from) + " cannot be held by this container",
                "choose the source's own extension");
  }
  AVStream& stream = add_stream(*from.codecpar);
  AVCodecParameters& parameters = *stream.codecpar;
  parameters.codec_type = AVMEDIA_TYPE_ATTACHMENT;
  const AVPacket& picture = from.attached_pic;
  av_freep(static_cast<void*>(&parameters.extradata));
  parameters.extradata =
      static_cast<std::uint8_t*>(av_mallocz(static_cast<std::size_t>(picture.size) + AV_INPUT_BUFFER_PADDING_SIZE));
  if (parameters.extradata == nullptr) throw std::bad_alloc();
  std::copy_n(picture.data, picture.size, parameters.extradata);
  parameters.extradata_size = picture.size;
  if (av_dict_copy(&stream.metadata, from.metadata, 0) < 0) throw std::bad_alloc();
  av_dict_set(&stream.metadata, "filename", png ? "cover.png" : "cover.jpg", AV_DICT_DONT_OVERWRITE);
  av_dict_set(&stream.metadata, "mimetype", png ? "image/png" : "image/jpeg", AV_DICT_DONT_OVERWRITE);
}

void Container::add_chapters(const Input& source, const TimeRange& range) {
  const AVFormatContext& from = source.container();
  if (from.nb_chapters == 0) return;
  container_->chapters = static_cast<AVChapter**>(av_calloc(from.nb_chapters, sizeof(AVChapter*)));
  if (container_->chapters == nullptr) throw std::bad_alloc();
  for (unsigned i = 0; i < from.nb_chapters; ++i) {
    const AVChapter& chapter = *from.chapters[i];
    const auto moment = [&](std::int64_t time) { return av_rescale_q(time, microseconds, chapter.time_base); };
    const std::int64_t shift = moment(moments_.from);
    const std::int64_t begin = range.from ? moment(moments_.begin) : chapter.start;
    const std::int64_t end = range.to ? moment(moments_.end) : chapter.end;
    if (chapter.end <= begin || chapter.start >= end) continue;
    auto* copy = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
    if (copy == nullptr) throw std::bad_alloc();
    container_->chapters[container_->nb_chapters++] = copy;
    copy->id = chapter.id;
    copy->time_base = chapter.time_base;
    copy->start = std::max(chapter.start, begin) - shift;
    copy->end = std::min(chapter.end, end) - shift;
    if (av_dict_copy(&copy->metadata, chapter.metadata, 0) < 0) throw std::bad_alloc();
  }
}

int Container::write_video(AVPacket& packet) {
  packet.stream_index = video_;
  packet.pos = -1;
  av_packet_rescale_ts(&packet, time_base_, video().time_base);
  return av_write_frame(container_.get(), &packet);
}

int Container::write_copy(AVPacket& packet) {
  const auto& copy = copies_[static_cast<std::size_t>(packet.stream_index)];
  if (!copy) return 0;
  const AVRational time_base = source_.container().streams[packet.stream_index]->time_base;
  const std::int64_t time = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
  const bool cover = is_cover(*source_.container().streams[packet.stream_index]);
  if (time != AV_NOPTS_VALUE && !cover) {
    const std::int64_t moment = av_rescale_q(time, time_base, microseconds);
    if (moment < moments_.begin || moment >= moments_.end) return 0;
    const std::int64_t shift = av_rescale_q(moments_.from, microseconds, time_base);
    // Saturated: a file may say any time of decoding.
    if (packet.pts != AV_NOPTS_VALUE) packet.pts = av_sat_sub64(packet.pts, shift);
    if (packet.dts != AV_NOPTS_VALUE) packet.dts = av_sat_sub64(packet.dts, shift);
  }
  packet.stream_index = *copy;
  packet.pos = -1;
  av_packet_rescale_ts(&packet, time_base, container_->streams[*copy]->time_base);
  return av_write_frame(container_.get(), &packet);
}

int Container::finish() {
  return av_write_trailer(container_.get());
}

}  // namespace colourize::film
