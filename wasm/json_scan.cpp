// The scanner takes eight bytes at a time wherever a run of the same kind is likely: text, digits,
// blanks. Plain 64-bit arithmetic, so that the WebAssembly build is as fast as the native one.
#include "json_scan.h"

#include "json_escape.h"
#include "json_number.h"
#include "json_string.h"
#include "words.h"

namespace sluice {

namespace {

using Kind = JsonSought::Kind;

Step skip_literal(const char* at, const char* end, std::string_view literal) {
  for (char c : literal) {
    if (byte_at(at, end) != c) return {at, false};
    ++at;
  }
  return {at, true};
}

constexpr bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

const char* skip_blanks(const char* at, const char* end) {
  while (is_blank(byte_at(at, end))) {
    ++at;
    const Word others = load_word(at, end) ^ every_byte(' ');  // of an indentation
    at += others == 0 ? sizeof(Word) : first_byte(others);
  }
  return at;
}

// By the first byte of a valid value.
Kind kind_of(char first) {
  switch (first) {
    case '{': return Kind::object;
    case '[': return Kind::array;
    case '"': return Kind::string;
    case 't':
    case 'f': return Kind::boolean;
    case 'n': return Kind::null;
    default: return Kind::number;
  }
}

// One scan. Small enough that the compiler keeps its state in registers.
class Scan {
 public:
  Scan(std::string_view text, std::span<JsonSought> sought, std::vector<Word>& outer_levels)
      : text_(text),
        at_(text.data()),
        end_(text.data() + text.size()),
        sought_(sought),
        outer_levels_(outer_levels) {}

  JsonScan run() {
    JsonScan result;
    if (text()) {
      result.status =
          members_offset_ == 0 ? JsonScan::Status::not_object : JsonScan::Status::object;
      result.members_offset = members_offset_;
      result.is_empty = is_empty_;
    } else {
      result.error_offset = offset();
    }
    return result;
  }

 private:
  // What these functions name is passed. False: at_ is where it is wrong.

  bool text() {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text_.starts_with(kByteOrderMark[0]) && !pass(skip_literal(at_, end_, kByteOrderMark))) {
      return false;
    }
    blanks();
    do {
      if (!value()) return false;
    } while (depth_ > 0 && brackets_and_comma());
    if (depth_ > 0) return false;
    blanks();
    // nlohmann/json takes a NUL here for the end of the text.
    return next() == '\0';
  }

  // Of an array or an object, what is up to its first value, or up to its bracket if empty.
  bool value() {
    for (;;) {
      const char first = next();
      switch (first) {
        case '"': return pass(skip_json_string(at_ + 1, end_));
        case '{':
          open(kObject);
          if (depth_ == 1) members_offset_ = offset();
          blanks();
          if (next() == '}') {
            is_empty_ = is_empty_ || depth_ == 1;
            return true;
          }
          if (!name()) return false;
          break;
        case '[':
          open(kArray);
          blanks();
          if (next() == ']') return true;
          break;
        case 't': return pass(skip_literal(at_, end_, "true"));
        case 'f': return pass(skip_literal(at_, end_, "false"));
        case 'n': return pass(skip_literal(at_, end_, "null"));
        default:
          if (!pass(skip_number(at_, end_))) return false;
          if (depth_ == 0 || is_in_object() || next() != ',') return true;
          // An array of numbers: token ids, embeddings.
          at_ = skip_integers(at_ + 1, end_);
          blanks();
      }
    }
  }

  // What follows a value: closing brackets, then a comma, then in an object a name. False, too, at
  // the end of the outermost value.
  bool brackets_and_comma() {
    for (;;) {
      if (depth_ <= 1) {
        if (depth_ == 0) return false;
        found();
      }
      blanks();
      const char c = next();
      if (c == ',') break;
      if (c != closing_bracket()) return false;
      close();
    }
    ++at_;
    blanks();
    return !is_in_object() || name();
  }

  // A member's name, its colon, and what is up to its value.
  bool name() {
    if (next() != '"') return false;
    const char* raw = ++at_;
    if (!pass(skip_json_string(at_, end_))) return false;
    if (depth_ == 1) seek({raw, static_cast<std::size_t>(at_ - raw) - 1});
    blanks();
    if (next() != ':') return false;
    ++at_;
    blanks();
    if (depth_ == 1) value_ = at_;
    return true;
  }

  bool pass(Step step) {
    at_ = step.at;
    return step.is_good;
  }

  void blanks() { at_ = skip_blanks(at_, end_); }

  [[nodiscard]] char next() const { return byte_at(at_, end_); }

  [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(at_ - text_.data()); }

  void seek(std::string_view raw_name) {
    member_ = nullptr;
    for (JsonSought& sought : sought_) {
      if (stands_for(raw_name, sought.name)) member_ = &sought;
    }
  }

  // The value of a top-level member has ended.
  void found() {
    if (member_ == nullptr) return;
    member_->is_repeated = member_->kind != Kind::absent;
    member_->kind = kind_of(*value_);
    member_->value = {value_, static_cast<std::size_t>(at_ - value_)};
    if (member_->kind == Kind::string) {
      member_->value = member_->value.substr(1, member_->value.size() - 2);
    }
    member_ = nullptr;
  }

  // Which levels are objects is kept as bits, the innermost lowest.
  static constexpr std::size_t kLevelsPerWord = 64;

  static constexpr Word kArray = 0;
  static constexpr Word kObject = 1;

  void open(Word level) {
    ++at_;
    if (depth_ % kLevelsPerWord == 0 && depth_ != 0) outer_levels_.push_back(levels_);
    levels_ = levels_ << 1U | level;
    ++depth_;
  }

  void close() {
    ++at_;
    --depth_;
    levels_ >>= 1U;
    if (depth_ % kLevelsPerWord == 0 && depth_ != 0) {
      levels_ = outer_levels_.back();
      outer_levels_.pop_back();
    }
  }

  [[nodiscard]] bool is_in_object() const { return (levels_ & 1U) == kObject; }
  [[nodiscard]] char closing_bracket() const { return is_in_object() ? '}' : ']'; }

  std::string_view text_;
  const char* at_;
  const char* end_;
  Word levels_ = 0;
  std::size_t depth_ = 0;
  const char* value_ = nullptr;   // of the member that is being passed
  JsonSought* member_ = nullptr;  // null if it is not sought
  std::size_t members_offset_ = 0;
  bool is_empty_ = false;
  std::span<JsonSought> sought_;
  std::vector<Word>& outer_levels_;
};

}  // namespace

JsonScan JsonScanner::scan(std::string_view text, std::span<JsonSought> sought) {
  for (JsonSought& member : sought) {
    member.kind = Kind::absent;
    member.value = {};
    member.is_repeated = false;
  }
  outer_levels_.clear();
  return Scan(text, sought, outer_levels_).run();
}

}  // namespace sluice
