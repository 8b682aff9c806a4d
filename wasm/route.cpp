#include "route.h"

#include <algorithm>

#include "text.h"
#include "url.h"

namespace sluice {
namespace {

// First segments of the OpenAI API's paths behind /v1 (platform.openai.com/docs/api-reference).
constexpr std::string_view kEndpoints[] = {
    "assistants",  "audio",       "batches",       "chat",          "chatkit",
    "completions", "containers",  "conversations", "edits",         "embeddings",
    "engines",     "evals",       "files",         "fine_tuning",   "images",
    "models",      "moderations", "organization",  "realtime",      "responses",
    "skills",      "threads",     "uploads",       "vector_stores", "videos",
};

bool is_endpoint(std::string_view path) {
  if (path.empty()) return false;
  const std::string_view rest = path.substr(1);
  const std::string_view segment = rest.substr(0, rest.find('/'));
  return std::find(std::begin(kEndpoints), std::end(kEndpoints), segment) != std::end(kEndpoints);
}

// With one leading slash instead of several.
std::string_view without_extra_slashes(std::string_view path) {
  while (path.starts_with("//")) path.remove_prefix(1);
  return path;
}

constexpr std::string_view kV1 = "/v1";

// The path behind "/v1", which a base URL may have doubled, followed by two slashes or left out;
// unchanged if this is not a path of the OpenAI API.
struct ApiPath {
  bool is_api = false;
  std::string_view path;
};

ApiPath take_v1(std::string_view path) {
  bool has_v1 = false;
  while (starts_with_segments(path, kV1)) {
    has_v1 = true;
    path = without_extra_slashes(path.substr(kV1.size()));
  }
  return {has_v1 || is_endpoint(path), path};
}

std::string_view clean_path(std::string_view path, std::string& space) {
  if (path.empty()) return "/";
  if (has_dot_segments(path)) {
    space.clear();
    append_without_dot_segments(space, path);
    path = space;
  }
  return without_extra_slashes(path);
}

}  // namespace

std::string_view routed_path(Api api, std::string_view path, PathSpace& space) {
  path = clean_path(path, space.clean);
  if (api == Api::none) return path;
  const ApiPath mended = take_v1(path);
  if (!mended.is_api) return path;
  const std::string_view before = path.substr(0, path.size() - mended.path.size());
  if (before.ends_with(kV1)) return path.substr(before.size() - kV1.size());
  space.mended = kV1;
  space.mended += mended.path;
  return space.mended;
}

void append_upstream_url(std::string& out, const Config& config, std::string_view path,
                         std::string_view query) {
  const std::string& prefix = config.upstream.prefix;
  const bool is_doubled =
      config.api == Api::openai && prefix.ends_with(kV1) && starts_with_segments(path, kV1);
  out += config.upstream.origin;
  out += prefix;
  out += is_doubled ? path.substr(kV1.size()) : path;
  out += query;
}

bool append_gateway_path(std::string& out, const Upstream& upstream, std::string_view target) {
  const Url url = split_url(target);
  if (!same_origin(url, split_url(upstream.origin))) return false;
  std::string space;
  const std::string_view path = clean_path(url.path, space);
  if (!upstream.prefix.empty() && !starts_with_segments(path, upstream.prefix)) return false;
  // Two slashes in front would name another host.
  const std::string_view rest = without_extra_slashes(path.substr(upstream.prefix.size()));
  if (rest.empty()) out += '/';
  out += rest;
  out += url.query;
  return true;
}

}  // namespace sluice
