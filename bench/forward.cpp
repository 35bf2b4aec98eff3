// Our engine as one of several that a race runs in turn (bench/engines/race.py): forward passes on demand.
//
//   forward MODEL INPUT SIDE THREADS [DEVICE [PICTURES]]     INPUT: raw float32, 1 x channels x SIDE x SIDE, which all
//   PICTURES
//                                                            of a run are copies of
//
// Commands on the standard input, one a line, as bench/engines/worker.py has them: run, write FILE, memory.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>

#include "engine/device.h"
#include "engine/generators/generator.h"
#include "engine/graph/executor.h"
#include "system/error.h"
#include "weights/catalogue.h"

namespace {

using colourize::Tensor;

Tensor read_input(const std::string& path, const colourize::kernels::Shape& shape) {
  std::vector<float> values(static_cast<std::size_t>(shape.elements()));
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(values.data()),  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): raw floats
            static_cast<std::streamsize>(values.size() * sizeof(float)));
  if (!file) throw colourize::Error(colourize::ErrorKind::failed, path, "is shorter than the input");
  return colourize::from_nchw(values, shape);
}

Tensor copies(const Tensor& picture, std::int64_t count) {
  colourize::kernels::Shape shape = picture.shape();
  shape.n = count;
  Tensor all(shape);
  for (auto to = all.values().begin(); to != all.values().end();) to = std::ranges::copy(picture.values(), to).out;
  return all;
}

// In bytes. Not getrusage(): its figure includes what the process was forked from.
std::size_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::size_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  throw colourize::Error(colourize::ErrorKind::failed, "/proc/self/status", "does not say how much memory was used");
}

void serve(colourize::graph::Executor& executor, const Tensor& input) {
  Tensor output = executor.run(input);
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "run") {
      const auto start = std::chrono::steady_clock::now();
      output = executor.run(input);
      std::cout << std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() << std::endl;
    } else if (line.starts_with("write ")) {
      const std::vector<float> values = colourize::to_nchw(output);
      std::ofstream(line.substr(6), std::ios::binary)
          .write(reinterpret_cast<const char*>(values.data()),  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
                 static_cast<std::streamsize>(values.size() * sizeof(float)));
      std::cout << "written" << std::endl;
    } else if (line == "memory") {
      std::cout << peak_memory() << std::endl;
    }
  }
}

}  // namespace

int main(int count, char** values) {
  try {
    const std::vector<std::string> arguments(values + 1, values + count);
    if (arguments.size() < 4)
      throw colourize::Error(colourize::ErrorKind::failed, "forward",
                             "takes MODEL INPUT SIDE THREADS [DEVICE [PICTURES]]");
    const int side = std::stoi(arguments[2]);
    const auto generator =
        colourize::build_generator(colourize::weights::open_model(arguments[0], colourize::weights::models_folder()));
    const auto backend = colourize::open_device(arguments.size() > 4 ? arguments[4] : "cpu",
                                                {.threads = std::stoi(arguments[3])}, colourize::ignore_warnings);
    colourize::graph::Executor executor(generator.graph, *backend);
    const Tensor picture = read_input(arguments[1], {1, side, side, generator.input_channels()});
    serve(executor, copies(picture, arguments.size() > 5 ? std::stoi(arguments[5]) : 1));
  } catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return EXIT_FAILURE;
  }
}
