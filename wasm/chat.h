// The one-line endpoint: POST / is POST /v1/chat/completions, with members filled in that a simple
// front end leaves out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json_value.h"

namespace sluice {

inline constexpr std::string_view kChatPath = "/v1/chat/completions";

// CONFIG.chat.defaults, as the text to fill in.
class ChatDefaults {
 public:
  struct Member {
    std::string name;
    std::string text;    // "name":value
    std::string string;  // the value, if it is a string
  };

  ChatDefaults();  // what simple front ends have come to expect
  explicit ChatDefaults(const JsonValue& object);

  [[nodiscard]] const std::vector<Member>& members() const { return members_; }

 private:
  std::vector<Member> members_;
};

}  // namespace sluice
