// Decodes in pieces of up to four bytes, so that comparing takes no memory.
#include "json_escape.h"

#include <cstddef>

namespace sluice {

namespace {

constexpr char byte_of(unsigned bits) {
  return static_cast<char>(static_cast<unsigned char>(bits));
}

// Up to four bytes of UTF-8.
class Utf8 {
 public:
  explicit Utf8(unsigned code_point) {
    if (code_point < 0x80) {
      add(code_point);
    } else if (code_point < 0x800) {
      add(0xc0U | code_point >> 6U);
      add(0x80U | (code_point & 0x3fU));
    } else if (code_point < 0x10000) {
      add(0xe0U | code_point >> 12U);
      add(0x80U | (code_point >> 6U & 0x3fU));
      add(0x80U | (code_point & 0x3fU));
    } else {
      add(0xf0U | code_point >> 18U);
      add(0x80U | (code_point >> 12U & 0x3fU));
      add(0x80U | (code_point >> 6U & 0x3fU));
      add(0x80U | (code_point & 0x3fU));
    }
  }

  [[nodiscard]] std::string_view bytes() const { return {bytes_, size_}; }

 private:
  void add(unsigned bits) { bytes_[size_++] = byte_of(bits); }

  char bytes_[4] = {};
  std::size_t size_ = 0;
};

// Four hexadecimal digits.
unsigned code_unit(std::string_view digits) {
  unsigned unit = 0;
  for (char c : digits) {
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    unit = unit << 4U | static_cast<unsigned>(digit);
  }
  return unit;
}

// Takes an escape off the front of a valid string.
Utf8 take_escape(std::string_view& raw) {
  constexpr std::string_view kShort = "bfnrt";
  constexpr std::string_view kMeaning = "\b\f\n\r\t";
  const char c = raw[1];
  if (c != 'u') {
    raw.remove_prefix(2);
    const std::size_t index = kShort.find(c);
    return Utf8(static_cast<unsigned char>(index == std::string_view::npos ? c : kMeaning[index]));
  }
  const unsigned first = code_unit(raw.substr(2, 4));
  raw.remove_prefix(6);
  if (first < 0xd800 || first > 0xdbff) return Utf8(first);
  const unsigned second = code_unit(raw.substr(2, 4));
  raw.remove_prefix(6);
  return Utf8(0x10000U + ((first - 0xd800U) << 10U) + (second - 0xdc00U));
}

// Takes what is up to the next escape off the front.
std::string_view take_plain(std::string_view& raw) {
  const std::string_view plain = raw.substr(0, raw.find('\\'));
  raw.remove_prefix(plain.size());
  return plain;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

bool stands_for(std::string_view raw, std::string_view text) {
  for (;;) {
    if (!take_prefix(text, take_plain(raw))) return false;
    if (raw.empty()) return text.empty();
    if (!take_prefix(text, take_escape(raw).bytes())) return false;
  }
}

void append_decoded(std::string& out, std::string_view raw) {
  for (;;) {
    out += take_plain(raw);
    if (raw.empty()) return;
    out += take_escape(raw).bytes();
  }
}

}  // namespace sluice
