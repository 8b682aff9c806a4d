#include "access_keys.h"

#include <algorithm>
#include <bit>

#include "text.h"

namespace sluice {
namespace {

bool is_visible_ascii(char c) { return c > ' ' && c < 0x7f; }

bool is_name_char(char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; }

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_name_char);
}

}  // namespace

std::string check_secret(std::string_view secret) {
  if (secret.empty()) return "is empty";
  if (std::all_of(secret.begin(), secret.end(), is_visible_ascii)) return {};
  return "contains a blank or a character beyond ASCII";
}

std::string AccessKeys::add(std::string_view item) {
  AccessKey key;
  // "name=key"; a key may end in "=" itself, as base64 does. A short one is a name without a key.
  constexpr std::size_t kShortestBase64 = 16;
  const std::size_t equals = item.find('=');
  const std::string_view behind =
      equals == std::string_view::npos ? "" : trim(item.substr(equals + 1));
  const bool is_padding = behind.find_first_not_of('=') == std::string_view::npos;
  if (equals != std::string_view::npos && (!is_padding || item.size() < kShortestBase64)) {
    const std::string_view name = trim(item.substr(0, equals));
    if (!is_name(name)) return R"(its name may have letters, digits, "-", "_" and ".")";
    if (is_padding) return R"(no key stands behind its "=")";
    key.name = name;
    item = behind;
  } else {
    key.name = "#";
    append_decimal(key.name, keys_.size() + 1);
  }
  if (std::string wrong = check_secret(item); !wrong.empty()) return wrong;
  key.secret = item;
  keys_.push_back(std::move(key));
  return {};
}

std::string AccessKeys::seal() {
  std::string all;
  for (const AccessKey& key : keys_) all += key.secret + '\n';
  hash_key_ = derive_hash_key(all);
  slots_.assign(std::bit_ceil(2 * keys_.size() + 1), {});
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (find(keys_[i].secret) != nullptr) return "the same key stands in it twice";
    const std::uint64_t hash = keyed_hash(hash_key_, keys_[i].secret);
    std::size_t at = hash & (slots_.size() - 1);
    while (slots_[at].key != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {hash, static_cast<std::uint32_t>(i + 1)};
  }
  return {};
}

const AccessKey* AccessKeys::find(std::string_view presented) const {
  if (keys_.empty()) return nullptr;
  const std::uint64_t hash = keyed_hash(hash_key_, presented);
  for (std::size_t at = hash & (slots_.size() - 1); slots_[at].key != 0;
       at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash != hash) continue;
    const AccessKey& key = keys_[slots_[at].key - 1];
    if (equals_in_constant_time(key.secret, presented)) return &key;
  }
  return nullptr;
}

}  // namespace sluice
