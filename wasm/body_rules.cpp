#include "body_rules.h"

#include <algorithm>

#include "access.h"
#include "json_escape.h"
#include "json_scan.h"
#include "multipart_scan.h"
#include "text.h"

namespace sluice {
namespace {

using Kind = JsonSought::Kind;

// Kept, so that deep nesting takes memory once.
JsonScanner& scanner() {
  static JsonScanner instance;
  return instance;
}

JsonSought seek(std::string_view name) {
  JsonSought sought;
  sought.name = name;
  return sought;
}

BodyVerdict refusal(Error error) {
  BodyVerdict verdict;
  verdict.refusal = error;
  return verdict;
}

bool is_multipart(std::string_view content_type) {
  constexpr std::string_view kType = "multipart/";
  return equals_ignoring_case(trim(content_type).substr(0, kType.size()), kType);
}

// What is wrong with a text that must be a JSON object, if anything.
BodyVerdict judge_scan(const JsonScan& scan) {
  if (scan.status == JsonScan::Status::not_object) return refusal(Error::json_not_object);
  BodyVerdict verdict;
  if (scan.status == JsonScan::Status::invalid) {
    verdict.refusal = Error::invalid_json;
    verdict.details.offset = scan.error_offset;
  }
  return verdict;
}

// A model that is no string is none that a rule names.
bool allows(const AccessKey* key, const JsonSought& model) {
  if (key == nullptr || key->rules.models.empty() || model.kind == Kind::absent) return true;
  if (model.kind != Kind::string) return false;
  std::string name;
  append_decoded(name, model.value);
  return allows_model(key, name);
}

// "%41" and "+" of a query, as forms write them (WHATWG URL, urlencoded parsing).
std::string percent_decoded(std::string_view text) {
  const auto hex = [](char c) { return is_digit(c) ? c - '0' : lower(c) - 'a' + 10; };
  const auto is_hex = [](char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2])) {
      out += static_cast<char>(16 * hex(text[i + 1]) + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

BodyVerdict judge_multipart_model(const AccessKey& key, const Request& request,
                                  std::string_view body) {
  const FormField model = find_form_field(request.field(Field::content_type), body, "model");
  if (model.status == FormField::Status::malformed) return refusal(Error::form_malformed);
  if (model.status == FormField::Status::absent) return {};
  // Which of several an upstream takes is its own affair.
  if (model.is_repeated) return refusal(Error::form_malformed);
  return allows_model(&key, model.value) ? BodyVerdict{} : refusal(Error::model_not_allowed);
}

const JsonSought* find(const std::vector<JsonSought>& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const JsonSought& sought) { return sought.name == name; });
  return found == all.end() ? nullptr : &*found;
}

// Whether the body has a member that says the same as the default `name`.
bool is_given(std::string_view name, const std::vector<JsonSought>& all) {
  const auto has = [&](std::string_view wanted) { return find(all, wanted)->kind != Kind::absent; };
  // OpenAI refuses a request with both of these.
  if (name == "max_tokens" || name == "max_completion_tokens") {
    return has("max_tokens") || has("max_completion_tokens");
  }
  return has(name);
}

}  // namespace

bool allows_url(const AccessKey* key, const Url& url) {
  if (key == nullptr || key->rules.models.empty()) return true;
  for (std::string_view folder : {"/engines/", "/deployments/"}) {
    const std::size_t at = url.path.find(folder);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = url.path.substr(at + folder.size());
    if (!allows_model(key, percent_decoded(rest.substr(0, rest.find('/'))))) return false;
  }
  std::string_view rest = url.query.empty() ? url.query : url.query.substr(1);
  while (!rest.empty()) {
    std::string_view parameter = next_piece(rest, "&");
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    if (percent_decoded(parameter.substr(0, equals)) != "model") continue;
    parameter.remove_prefix(std::min(equals + 1, parameter.size()));
    if (!allows_model(key, percent_decoded(parameter))) return false;
  }
  return true;
}

BodyVerdict judge_model(const AccessKey& key, const Request& request, std::string_view body) {
  const std::string_view encoding = trim(request.field(Field::content_encoding));
  if (!encoding.empty() && !equals_ignoring_case(encoding, "identity")) {
    return refusal(Error::json_encoded);
  }
  if (is_multipart(request.field(Field::content_type))) {
    return judge_multipart_model(key, request, body);
  }
  if (body.empty()) return {};
  JsonSought model = seek("model");
  BodyVerdict verdict = judge_scan(scanner().scan(body, {&model, 1}));
  if (!verdict.refusal && !allows(&key, model)) verdict.refusal = Error::model_not_allowed;
  return verdict;
}

BodyVerdict judge_chat(const ChatDefaults& defaults, const AccessKey* key, std::string_view body,
                       std::string& insert) {
  std::vector<JsonSought> sought;
  for (std::string_view name : {"messages", "model", "max_tokens", "max_completion_tokens"}) {
    sought.push_back(seek(name));
  }
  for (const ChatDefaults::Member& member : defaults.members()) {
    if (find(sought, member.name) == nullptr) sought.push_back(seek(member.name));
  }
  const JsonScan scan = scanner().scan(body, sought);
  BodyVerdict verdict = judge_scan(scan);
  if (verdict.refusal) return verdict;
  if (sought[0].kind != Kind::array) return refusal(Error::missing_messages);
  if (!allows(key, sought[1])) return refusal(Error::model_not_allowed);

  // Behind the opening brace; "messages" stands somewhere behind it, so a comma is always due.
  verdict.insert_at = scan.members_offset;
  for (const ChatDefaults::Member& member : defaults.members()) {
    if (is_given(member.name, sought)) continue;
    if (member.name == "model" && !allows_model(key, member.string)) {
      return refusal(Error::model_not_allowed);
    }
    insert += member.text;
    insert += ',';
  }
  return verdict;
}

}  // namespace sluice
