// Colours a picture file: photo IN OUT [MODEL]
#include <iostream>

#include "colourize/colourize.hpp"

int main(int count, char** arguments) {
  if (count < 3) {
    std::cerr << "usage: photo IN OUT [MODEL]\n";
    return 2;
  }
  try {
    colourize::SessionOptions options;
    options.log = [](std::string_view message) { std::cerr << "warning: " << message << "\n"; };
    colourize::Session session(colourize::Model(count > 3 ? arguments[3] : ""), options);
    session.photo(arguments[1], arguments[2]);
    std::cout << arguments[2] << ", on " << session.devices() << "\n";
    return 0;
  } catch (const colourize::Failure& failure) {
    std::cerr << failure.what() << "\n";
    return 1;
  }
}
