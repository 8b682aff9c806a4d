// The few rules that need a request's body read: which model an access key may use, and what the
// one-line endpoint fills in.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "access_keys.h"
#include "chat.h"
#include "errors.h"
#include "request.h"

namespace sluice {

struct BodyVerdict {
  std::optional<Error> refusal;
  ErrorDetails details;
  std::size_t insert_at = 0;  // where `insert` goes; all other bytes stay as they are
};

// Whether `key` (null: there is none) may use the models that the URL names, if it names any: in
// the query, as a WebSocket's request does, or in the path, as engines and Azure's deployments do.
[[nodiscard]] bool allows_url(const AccessKey* key, const Url& url);

// For a request with a body, made with `key`, which has rules on models.
[[nodiscard]] BodyVerdict judge_model(const AccessKey& key, const Request& request,
                                      std::string_view body);

// For a body posted to the one-line endpoint. Appends to `insert` the members that are missing.
[[nodiscard]] BodyVerdict judge_chat(const ChatDefaults& defaults, const AccessKey* key,
                                     std::string_view body, std::string& insert);

}  // namespace sluice
