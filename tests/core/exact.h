// Inputs on heap blocks of their exact size, so that AddressSanitizer sees a read past the end.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

class Exact {
 public:
  explicit Exact(std::string_view text) : size_(text.size()), bytes_(new char[text.size()]) {
    std::copy(text.begin(), text.end(), bytes_.get());
  }
  operator std::string_view() const { return {bytes_.get(), size_}; }  // NOLINT: as in use

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};
