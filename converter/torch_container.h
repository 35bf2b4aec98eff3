// The two kinds of file that torch.save writes. Both hold one pickle that describes tensors, and the storages with
// their numbers.
//   zip (torch 1.6 and later)   PREFIX/data.pkl and PREFIX/data/KEY, stored uncompressed
//   legacy                      five pickles one after another (magic number, protocol, system, the object, the keys of
//                               the storages), then for each key its number of elements (8 bytes, little-endian) and
//                               its bytes
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "converter/pickle.h"

namespace colourize::converter {

struct TorchContainer {
  std::unique_ptr<PickleMachine> machine;  // owns the nodes
  const PickleNode* object = nullptr;
  // By key. In a legacy file, the storage's type decides how many of these bytes belong to it.
  std::map<std::string, std::span<const std::byte>, std::less<>> storages;
  bool legacy = false;
};

// The result borrows the file's bytes. Throws Error where the file is neither kind or is damaged. The error names a web
// page, a Git LFS pointer and the like for what they are.
TorchContainer read_container(std::span<const std::byte> file, const std::string& source);

// The bytes of each entry of a zip archive. All entries must be stored uncompressed, without overlap, and within the
// file.
std::map<std::string, std::span<const std::byte>, std::less<>> stored_zip_entries(std::span<const std::byte> file,
                                                                                  const std::string& source);

// The element size in bytes of a torch storage class ("torch FloatStorage"); 0 for an unknown one.
std::size_t storage_element_size(std::string_view storage_class);

}  // namespace colourize::converter
