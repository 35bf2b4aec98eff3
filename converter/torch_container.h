// The two kinds of file that torch.save writes: one pickle that describes tensors, and the storages that their numbers
// lie in.
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
  // By key. How many bytes of a legacy file are a storage's own follows from its type.
  std::map<std::string, std::span<const std::byte>, std::less<>> storages;
  bool legacy = false;
};

// The file's bytes are borrowed by the result. Throws Error when it is neither kind, or damaged; a web page, a Git LFS
// pointer and the like are named for what they are.
TorchContainer read_container(std::span<const std::byte> file, const std::string& source);

// The places of the entries of a zip archive, all of which must be stored, apart from each other and within the file.
std::map<std::string, std::span<const std::byte>, std::less<>> stored_zip_entries(std::span<const std::byte> file,
                                                                                  const std::string& source);

// The element size of a torch storage class ("torch FloatStorage"), 0 for an unknown one.
std::size_t storage_element_size(std::string_view storage_class);

}  // namespace colourize::converter
