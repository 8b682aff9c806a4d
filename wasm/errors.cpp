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

// In the order of enum Error.
constexpr Entry kEntries[] = {
    {404, Retry::useless, "invalid_request_error", "not_found",
     "The gateway has nothing at this path. API calls go to /v1/..., for example "
     "/v1/chat/completions."},
    {405, Retry::useless, "invalid_request_error", "method_not_allowed",
     "This path does not take this method. The Allow header names those that it takes."},
    {500, Retry::useless, "server_error", "config_invalid",
     "The gateway's configuration is wrong, so it does nothing. Its owner finds each problem by "
     "name in the Worker's log (npx wrangler tail)."},
    {500, Retry::leave_to_client, "server_error", "internal_error",
     "The gateway failed at this request. Try again; if it goes on, its owner finds the reason in "
     "the Worker's log (npx wrangler tail)."},
    {502, Retry::leave_to_client, "server_error", "upstream_unreachable",
     "The gateway could not get an answer from the upstream API. Try again; if it goes on, the "
     "gateway's owner should check UPSTREAM_URL."},
    {504, Retry::leave_to_client, "server_error", "upstream_timeout",
     "The upstream API did not begin to answer in time. Try again, or ask the gateway's owner to "
     "raise CONFIG.timeout."},
    {508, Retry::useless, "server_error", "upstream_loop",
     "The gateway's upstream is the gateway itself. Its owner should set UPSTREAM_URL to the API's "
     "address."},
};
static_assert(std::size(kEntries) == static_cast<std::size_t>(Error::upstream_loop) + 1);

}  // namespace

void write_error(LineWriter& out, Error error, std::string_view method, CorsVerdict cors,
                 std::string_view allow) {
  const Entry& entry = kEntries[static_cast<std::size_t>(error)];
  begin_reply(out, entry.status, cors);
  out.set("content-type", "application/json");
  out.set("x-sluice-error", entry.code);
  if (entry.retry == Retry::useless) out.set("x-should-retry", "false");
  if (!allow.empty()) out.set("allow", allow);
  end_reply_head(out);
  if (method == "HEAD") return;
  std::string& body = out.text();
  body += R"({"error":{"message":)";
  append_json_string(body, entry.message);
  body += R"(,"type":)";
  append_json_string(body, entry.type);
  body += R"(,"param":null,"code":)";
  append_json_string(body, entry.code);
  body += R"(},"message":)";
  append_json_string(body, entry.message);
  body += '}';
}

}  // namespace sluice
