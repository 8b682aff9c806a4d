#include "chat.h"

#include "text.h"

namespace sluice {

ChatDefaults::ChatDefaults()
    : members_{{"model", R"("model":"gpt-3.5-turbo")", "gpt-3.5-turbo"},
               {"temperature", R"("temperature":0.7)", ""},
               {"max_tokens", R"("max_tokens":1000)", ""}} {}

ChatDefaults::ChatDefaults(const JsonValue& object) {
  for (const JsonMember& member : object.members) {
    std::string text;
    append_json_string(text, member.name);
    text += ':';
    append_json(text, member.value);
    const bool is_string = member.value.kind == JsonValue::Kind::string;
    members_.push_back({member.name, std::move(text), is_string ? member.value.string : ""});
  }
}

}  // namespace sluice
