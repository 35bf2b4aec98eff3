// One operation of a case by the CUDA kernels, on the CPU.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tests/cuda/device_activation.h"
#include "tests/operations/tested.h"

namespace colourize::tests {

class OperationRun final : public CaseMemory {
 public:
  // What parameters may have beyond the table's: "planar", that the input of an upsampling is to lie so;
  // "upsample_first" of a concatenation; "general", that a depthwise convolution is to be computed as any grouped one;
  // "multiprocessors" that attention is to fill. `in_place`: the output over the input. `apart`: as DeviceActivation
  // has it.
  OperationRun(const OperationCase& given, kernels::Type type, bool in_place, bool apart);

  void launch();
  // Of the output; expects that nothing was written around it, and clears it.
  Tensor finish();
  std::vector<std::span<const std::byte>> memory() const;

  kernels::ConstView input(const std::string& name) const override { return activations_.at(name)->view(); }
  kernels::View output() const override { return output_->view(); }
  const float* constant(const std::string& name) const override { return given().constant(name); }

 private:
  // A cache line, because device memory begins with one.
  struct alignas(64) Line {
    std::array<float, 16> floats;
  };

  int multiprocessors() const;

  std::map<std::string, std::unique_ptr<DeviceActivation>> activations_;
  DeviceActivation* output_ = nullptr;
  std::vector<Line> workspace_;
  std::size_t workspace_bytes_ = 0;
};

// The input of an upsampling in planar order.
Tensor in_planes(const Tensor& interleaved);

}  // namespace colourize::tests
