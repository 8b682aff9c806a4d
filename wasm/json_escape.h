// What JSON strings stand for (RFC 8259 section 7). `raw` is what is between the quotes, and comes
// from a text that JsonScanner found valid: it is not checked again.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// Whether `raw` stands for `text`, which is UTF-8.
[[nodiscard]] bool stands_for(std::string_view raw, std::string_view text);

// Appends what `raw` stands for, in UTF-8.
void append_decoded(std::string& out, std::string_view raw);

}  // namespace sluice
