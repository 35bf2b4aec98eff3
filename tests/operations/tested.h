// What the tests know of each operation: how the arguments of a case are made, and how exact a backend must be. One
// object an operation, each in the file of its name; the cases themselves are made by NAME.py
// (tests/oracle/make_operations.py).
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "kernels/operations.h"
#include "tests/kernels/operation_case.h"

namespace colourize::tests {

// A case's tensors where some backend computes.
class CaseMemory {
 public:
  explicit CaseMemory(const OperationCase& given) : given_(given) {}
  CaseMemory(const CaseMemory&) = delete;
  CaseMemory& operator=(const CaseMemory&) = delete;
  virtual ~CaseMemory() = default;

  virtual kernels::ConstView input(const std::string& name = "input") const = 0;
  virtual kernels::View output() const = 0;
  // Null when the case has no such constant.
  virtual const float* constant(const std::string& name) const = 0;

  const OperationCase& given() const { return given_; }
  const nlohmann::json& parameter(const std::string& name) const { return given_.parameters.at(name); }
  kernels::Affine affine(const std::string& prefix = "") const {
    return {constant(prefix + "scale"), constant(prefix + "shift")};
  }
  kernels::Epilogue epilogue() const {
    return {.before = given_.activation_function("before"),
            .affine = affine(),
            .residual = given_.activations.contains("residual") ? input("residual") : kernels::ConstView{},
            .after = given_.activation_function("after")};
  }
  // Planar where the parameter "planar" says so.
  kernels::ChannelOrder order() const {
    return given_.parameters.value("planar", false) ? kernels::ChannelOrder::planar
                                                    : kernels::ChannelOrder::interleaved;
  }

 private:
  const OperationCase& given_;
};

template <class Args>
struct Tested {
  // But for a convolution's weights, and for the workspace.
  Args (*args)(const CaseMemory& memory) = nullptr;
  // For each value of the case's output, as tolerance.h has it.
  Tensor (*tolerance)(const OperationCase& given) = nullptr;
  // What a kernel on float16 may be off beyond that before it rounds its output; null: nothing.
  double (*more_on_float16)(const OperationCase& given) = nullptr;
  // The input that lies in planes where the order is planar; empty: none.
  std::string_view shuffled = "";
  // Threads share a picture's rows, not pictures.
  bool takes_pictures_one_by_one = false;
};

namespace operations {
// NOLINTNEXTLINE(bugprone-macro-parentheses): a name that is declared
#define COLOURIZE_OPERATION(name, Type) extern const Tested<kernels::Type##Args> name;
#include "kernels/operations.def"
}  // namespace operations

// What visit(Tested) gives for the operation of that name.
template <class Visit>
auto visit_operation(std::string_view operation, const Visit& visit) {
#define COLOURIZE_OPERATION(name, Type) \
  if (operation == #name) return visit(operations::name);
#include "kernels/operations.def"
  throw std::out_of_range("no operation is called " + std::string(operation));
}

// Whether the contract of a case's operation ("softmax.00") says that the output may be the input.
inline bool may_run_in_place(std::string_view case_name) {
  return visit_operation(case_name.substr(0, case_name.find('.')),
                         []<class Args>(const Tested<Args>& /*tested*/) { return Args::in_place; });
}

}  // namespace colourize::tests
