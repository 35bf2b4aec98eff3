#include "tests/support/films.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/support/golden.h"

namespace colourize::tests {
namespace {

std::string in_folder(const TemporaryFolder& folder, const std::string& command) {
  return "cd '" + folder.path().string() + "' && " + command;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

// In microseconds of ffprobe's seconds.
std::int64_t microseconds(const std::string& seconds) {
  return seconds == "N/A" ? INT64_MIN : std::llround(std::stod(seconds) * 1e6);
}

// No cover picture.
bool is_film(const nlohmann::json& stream) {
  return stream.at("codec_type") == "video" && stream.at("disposition").at("attached_pic") == 0;
}

// What a stream must keep. Codec and bit rate of the video are not among it, nor what a container writes again.
nlohmann::json kept(const nlohmann::json& stream) {
  nlohmann::json result;
  for (const char* key :
       {"codec_type", "width", "height", "sample_aspect_ratio", "sample_rate", "channels", "channel_layout"}) {
    if (stream.contains(key)) result[key] = stream.at(key);
  }
  if (!is_film(stream)) result["codec_name"] = stream.value("codec_name", "");
  result["disposition"] = stream.at("disposition");
  for (const char* tag : {"language", "title", "filename", "mimetype", "timecode"}) {
    if (stream.contains("tags") && stream.at("tags").contains(tag)) result[tag] = stream.at("tags").at(tag);
  }
  for (const nlohmann::json& data : stream.value("side_data_list", nlohmann::json::array())) {
    if (data.contains("rotation")) result["rotation"] = data.at("rotation");
  }
  return result;
}

}  // namespace

void FilmProgram::ffmpeg(const std::string& arguments) const {
  // Across the astronaut, there and back, so that there is motion; 181 x 133 pixels, of which 96 x 64 are seen.
  const std::string pictures = "-f lavfi -i \"movie='" + folder +
                               "golden/astronaut-181x133.png',loop=-1:1,setpts=N/25/TB,format=gray," +
                               "crop=96:64:x='40+40*sin(n/12)':y='30+20*cos(n/15)',format=yuv420p\"";
  std::string command = arguments;
  for (std::size_t at = 0; (at = command.find("PICTURES")) != std::string::npos;) command.replace(at, 8, pictures);
  const Outcome outcome = shell(in_folder(folder_, "ffmpeg -hide_banner -v error -y " + command));
  ASSERT_EQ(outcome.code, 0) << "ffmpeg " << command << "\n" << outcome.text;
}

void FilmProgram::turn(const std::string& from, int degrees, const std::string& to) const {
  // Since FFmpeg 6 an option; until then a tag, which is one like any other now.
  static const bool is_option = shell("ffmpeg -hide_banner -h full 2>/dev/null | grep -q display_rotation").code == 0;
  const std::string angle = std::to_string(degrees);
  ffmpeg(is_option ? "-display_rotation:v " + angle + " -i " + from + " -c copy " + to
                   : "-i " + from + " -c copy -metadata:s:v rotate=" + angle + " " + to);
}

nlohmann::json FilmProgram::probe(const std::string& file, const std::string& options) const {
  const Outcome outcome = shell(in_folder(folder_, "ffprobe -v quiet -of json " + options + " '" + file + "'"));
  EXPECT_EQ(outcome.code, 0) << file;
  return nlohmann::json::parse(outcome.text, nullptr, false);
}

std::vector<FilmProgram::Packet> FilmProgram::packets(const std::string& file, int stream, std::int64_t tick) const {
  std::vector<Packet> result;
  const nlohmann::json answer =
      probe(file, "-show_packets -show_data_hash md5 -select_streams " + std::to_string(stream));
  for (const nlohmann::json& packet : answer.at("packets")) {
    const std::int64_t time = microseconds(packet.value("pts_time", "N/A"));
    result.push_back({(time + tick / 2) / tick, packet.value("data_hash", "")});
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<std::int64_t> FilmProgram::frame_times(const std::string& file) const {
  std::vector<std::int64_t> result;
  const nlohmann::json answer = probe(file, "-select_streams v:0 -show_entries frame=best_effort_timestamp_time");
  for (const nlohmann::json& frame : answer.at("frames")) {
    const std::int64_t time = (microseconds(frame.value("best_effort_timestamp_time", "N/A")) + 500) / 1000;
    const bool known = frame.contains("best_effort_timestamp_time") || result.size() < 2;
    result.push_back(known ? time : 2 * result.back() - result[result.size() - 2]);
  }
  return result;
}

std::vector<std::string> FilmProgram::luma_sums(const std::string& file) const {
  const Outcome outcome =
      shell(in_folder(folder_, "ffmpeg -v error -i '" + file +
                                   "' -map 0:v:0 -vsync passthrough -vf extractplanes=y -f framemd5 - | grep -v '^#'"));
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  std::vector<std::string> result;
  for (const std::string& line : lines_of(outcome.text)) result.push_back(line.substr(line.rfind(',') + 1));
  return result;
}

void FilmProgram::expect_interleaved(const std::string& file) const {
  constexpr std::int64_t far_apart = 400'000;
  std::int64_t latest = INT64_MIN / 2;
  const nlohmann::json answer = probe(file, "-show_entries packet=pts_time");
  for (const nlohmann::json& packet : answer.at("packets")) {
    const std::int64_t time = microseconds(packet.value("pts_time", "N/A"));
    if (time == INT64_MIN) continue;
    EXPECT_GT(time, latest - far_apart) << file;
    latest = std::max(latest, time);
  }
}

void FilmProgram::expect_same_but_frames(const std::string& source, const std::string& target) const {
  const std::string options = "-show_streams -show_chapters -show_format";
  const nlohmann::json before = probe(source, options);
  const nlohmann::json after = probe(target, options);
  const bool same_container = source.substr(source.rfind('.')) == target.substr(target.rfind('.'));
  const std::int64_t tick = same_container ? 1 : 1000;
  ASSERT_EQ(before.at("streams").size(), after.at("streams").size());
  EXPECT_EQ(before.at("format").value("tags", nlohmann::json::object()).value("title", ""),
            after.at("format").value("tags", nlohmann::json::object()).value("title", ""));
  for (std::size_t i = 0; i < before.at("streams").size(); ++i) {
    const nlohmann::json& stream = before.at("streams")[i];
    EXPECT_EQ(kept(stream), kept(after.at("streams")[i])) << "stream " << i;
    const bool coloured = is_film(stream);
    // Attachments have no packets, and timecode is written anew.
    if (coloured) {
      EXPECT_FALSE(after.at("streams")[i].value("tags", nlohmann::json::object()).contains("ENCODER"));
    }
    if (coloured || stream.at("codec_type") == "attachment" || stream.at("codec_type") == "data") continue;
    EXPECT_EQ(packets(source, static_cast<int>(i), tick), packets(target, static_cast<int>(i), tick)) << "stream " << i;
  }
  ASSERT_EQ(before.at("chapters").size(), after.at("chapters").size());
  for (std::size_t i = 0; i < before.at("chapters").size(); ++i) {
    const nlohmann::json& chapter = before.at("chapters")[i];
    const nlohmann::json& copy = after.at("chapters")[i];
    EXPECT_EQ(chapter.at("start_time"), copy.at("start_time"));
    EXPECT_EQ(chapter.at("end_time"), copy.at("end_time"));
    EXPECT_EQ(chapter.at("tags"), copy.at("tags"));
  }
  if (target.ends_with(".mkv")) expect_interleaved(target);
  const std::vector<std::int64_t> times = frame_times(source);
  EXPECT_GT(times.size(), 1U);
  EXPECT_EQ(times, frame_times(target));
}

}  // namespace colourize::tests
