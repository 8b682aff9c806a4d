#include "errors.h"

#include <cstddef>
#include <iterator>

#include "reply.h"
#include "text.h"

namespace sluice {
namespace {

enum class Retry { leave_to_client, useless };

struct Entry {
  int status;
  Retry retry;  // whether the official clients should try again by themselves
  std::string_view type;
  std::string_view code;
  std::string_view message;
};

constexpr std::string_view kInvalidRequest = "invalid_request_error";
constexpr std::string_view kServerError = "server_error";

// In the order of enum Error.
constexpr Entry kEntries[] = {
    {400, Retry::useless, kInvalidRequest, "invalid_json",
     "The request's body is not JSON. It stops being JSON at byte "},  // the offset follows
    {400, Retry::useless, kInvalidRequest, "invalid_json",
     "The request's body must be a JSON object, {...}."},
    {400, Retry::useless, kInvalidRequest, "invalid_json",
     "The request's body is compressed, and this access key's rules need it read. Send it without "
     "Content-Encoding."},
    {400, Retry::useless, kInvalidRequest, "invalid_form",
     "The request's body is not the multipart form that its Content-Type says it is."},
    {400, Retry::useless, kInvalidRequest, "missing_messages",
     "The request's body needs a member \"messages\", an array, as in "
     "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}."},
    {401, Retry::useless, kInvalidRequest, "missing_api_key",
     "This gateway asks for an access key. Send the one that its owner gave you as "
     "\"Authorization: Bearer <key>\"; in an SDK, it is the API key."},
    {401, Retry::useless, kInvalidRequest, "invalid_api_key",
     "This gateway does not know this access key. Check it, or ask the gateway's owner for one."},
    {401, Retry::useless, kInvalidRequest, "invalid_api_key",
     "This access key has expired. Ask the gateway's owner for a new one."},
    {401, Retry::useless, kInvalidRequest, "missing_api_key",
     "Send your own OpenAI API key as \"Authorization: Bearer <key>\". If you own this gateway and "
     "want others to use its key: set ACCESS_KEYS to the keys that callers must present, or "
     "ACCESS to \"open\" to let anyone spend it."},
    {403, Retry::useless, kInvalidRequest, "origin_not_allowed",
     "Pages of this origin may not use the gateway's key. Its owner can add the origin to "
     "ALLOWED_ORIGINS."},
    {403, Retry::useless, kInvalidRequest, "model_not_allowed",
     "This access key may not use this model. Ask the gateway's owner which models it may use."},
    {403, Retry::useless, kInvalidRequest, "path_not_allowed",
     "This access key may not use this path. Ask the gateway's owner which paths it may use."},
    {404, Retry::useless, kInvalidRequest, "not_found",
     "The gateway has nothing at this path. API calls go to /v1/..., for example "
     "/v1/chat/completions."},
    {405, Retry::useless, kInvalidRequest, "method_not_allowed",
     "This path does not take this method. The Allow header names those that it takes."},
    {413, Retry::useless, kInvalidRequest, "body_too_large",
     "The request's body is larger than this gateway reads. Send less, or ask its owner to raise "
     "CONFIG.max_body."},
    {429, Retry::leave_to_client, "rate_limit_error", "rate_limited",
     "Too many requests to this gateway. Try again after the time that the Retry-After header "
     "says."},
    {500, Retry::useless, kServerError, "config_invalid",
     "The gateway's configuration is wrong, so it does nothing. Its owner finds each problem by "
     "name in the Worker's log (npx wrangler tail)."},
    {500, Retry::leave_to_client, kServerError, "internal_error",
     "The gateway failed at this request. Try again; if it goes on, its owner finds the reason in "
     "the Worker's log (npx wrangler tail)."},
    {502, Retry::leave_to_client, kServerError, "upstream_unreachable",
     "The gateway could not get an answer from the upstream API. Try again; if it goes on, the "
     "gateway's owner should check UPSTREAM_URL."},
    {504, Retry::leave_to_client, kServerError, "upstream_timeout",
     "The upstream API did not begin to answer in time. Try again, or ask the gateway's owner to "
     "raise CONFIG.timeout."},
    {508, Retry::useless, kServerError, "upstream_loop",
     "The gateway's upstream is the gateway itself. Its owner should set UPSTREAM_URL to the API's "
     "address."},
};
static_assert(std::size(kEntries) == static_cast<std::size_t>(Error::upstream_loop) + 1);

}  // namespace

void write_error(LineWriter& out, Error error, std::string_view method, CorsVerdict cors,
                 const ErrorDetails& details) {
  const Entry& entry = kEntries[static_cast<std::size_t>(error)];
  begin_reply(out, entry.status, cors);
  out.set("content-type", "application/json");
  out.set("x-sluice-error", entry.code);
  if (entry.retry == Retry::useless) out.set("x-should-retry", "false");
  if (entry.status == 401) out.set("www-authenticate", "Bearer");  // RFC 9110 section 11.6.1
  if (!details.allow.empty()) out.set("allow", details.allow);
  if (error == Error::rate_limited) {
    out.line("=retry-after");
    append_decimal(out.text(), static_cast<std::uint64_t>(details.retry_after_ms + 999) / 1000);
    out.line("");
  }
  end_reply_head(out);
  if (method == "HEAD") return;

  std::string message(entry.message);
  if (details.offset) {
    append_decimal(message, *details.offset);
    message += '.';
  }
  std::string& body = out.text();
  body += R"({"error":{"message":)";
  append_json_string(body, message);
  body += R"(,"type":)";
  append_json_string(body, entry.type);
  body += R"(,"param":null,"code":)";
  append_json_string(body, entry.code);
  body += R"(},"message":)";
  append_json_string(body, message);
  body += '}';
}

}  // namespace sluice
