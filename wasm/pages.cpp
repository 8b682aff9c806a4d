#include "pages.h"

#include "reply.h"
#include "text.h"
#include "version.h"

namespace sluice {
namespace {

// BASE_URL stands for the gateway's own base URL. No script, nothing loaded from anywhere.
constexpr std::string_view kWelcomePage = R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Sluice, an OpenAI API gateway</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 42rem; margin: 12vh auto; padding: 0 1.25rem; }
h1 { font-size: 1.5rem; margin-bottom: .25rem; }
code, pre { font: .9rem/1.6 ui-monospace, monospace; }
pre { padding: .9rem 1rem; border: 1px solid #8886; border-radius: .5rem; user-select: all;
  white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
<h1>Sluice, an OpenAI API gateway</h1>
<p>It works. Use this as the base URL of your SDK, app or script, with your own key:</p>
<pre>BASE_URL</pre>
<p>In an SDK:</p>
<pre>const client = new OpenAI({ baseURL: "BASE_URL" });</pre>
<p>In a terminal:</p>
<pre>curl BASE_URL/models \
  -H "Authorization: Bearer $OPENAI_API_KEY"</pre>
<p>Health: <a href="/_sluice/health"><code>/_sluice/health</code></a></p>
</html>
)html";

bool prefers_html(const Request& request) {
  return request.field(Field::accept).find("text/html") != std::string_view::npos;
}

void append_base_url(std::string& out, const Url& url) {
  out += url.scheme;
  out += "://";
  out += url.host;
  out += "/v1";
}

void write_html(std::string& body, std::string_view base_url) {
  constexpr std::string_view kSlot = "BASE_URL";
  std::string_view rest = kWelcomePage;
  for (std::size_t at = rest.find(kSlot); at != std::string_view::npos; at = rest.find(kSlot)) {
    body += rest.substr(0, at);
    append_html_text(body, base_url);
    rest.remove_prefix(at + kSlot.size());
  }
  body += rest;
}

void write_json(std::string& body, std::string_view base_url) {
  body += R"({"name":"Sluice","description":"OpenAI API gateway","base_url":)";
  append_json_string(body, base_url);
  body += R"(,"health":"/_sluice/health"})";
}

}  // namespace

void write_welcome(LineWriter& out, const Request& request, CorsVerdict cors) {
  const bool html = prefers_html(request);
  begin_reply(out, 200, cors);
  out.append("vary", "Accept");
  if (html) {
    out.set("content-type", "text/html; charset=utf-8");
    out.set("content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    out.set("x-content-type-options", "nosniff");
    out.set("referrer-policy", "no-referrer");
  } else {
    out.set("content-type", "application/json");
  }
  end_reply_head(out);
  if (request.method == "HEAD") return;
  std::string base_url;
  append_base_url(base_url, request.url);
  html ? write_html(out.text(), base_url) : write_json(out.text(), base_url);
}

void write_health(LineWriter& out, const Request& request, CorsVerdict cors) {
  begin_reply(out, 200, cors);
  out.set("content-type", "application/json");
  end_reply_head(out);
  if (request.method == "HEAD") return;
  std::string& body = out.text();
  body += R"({"status":"ok","version":)";
  append_json_string(body, kVersion);
  body += R"(,"abi":)";
  append_decimal(body, kAbiVersion);
  body += R"(,"build":)";
  append_json_string(body, kBuild);
  body += '}';
}

}  // namespace sluice
