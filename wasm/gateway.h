// The story of a request, told top to bottom: plan what to do with it, judge what came of that, or
// refuse it where the shim could not do its part.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "access.h"
#include "body_rules.h"
#include "config.h"
#include "rate.h"
#include "request.h"
#include "route.h"

namespace sluice {

class Gateway {
 public:
  // Loads the environment (JSON). True: appends two lines about request headers
  // (append_request_headers) and one with the response headers that judge() reads. False: appends
  // the problems, a line each; every request is then answered config_invalid.
  [[nodiscard]] bool configure(std::string_view environment, std::string& out);

  // These take lines in and append lines out, as abi.cpp says, and return false if the input is
  // not of that form. plan_body() is plan() again for a request whose body was asked for.
  [[nodiscard]] bool plan(std::string_view head, std::string& out);
  [[nodiscard]] bool plan_body(std::string_view head, std::string_view body, std::string& out);
  [[nodiscard]] bool judge(std::string_view input, std::string& out);
  [[nodiscard]] bool refuse(std::string_view input, std::string& out);

 private:
  // A request on its way upstream.
  struct Call {
    CorsVerdict cors;
    Credentials presented;
    Access access;
    std::int64_t now = 0;       // milliseconds since 1970
    bool is_one_line = false;   // POST /, the one-line endpoint
    std::size_t insert_at = 0;  // where insert_ goes into the body
  };

  [[nodiscard]] FieldSet fields_read() const;
  [[nodiscard]] bool plan_request(std::string_view head, const std::string_view* body,
                                  std::string& out);
  void plan_reserved(LineWriter& out, CorsVerdict cors);
  void plan_call(LineWriter& out, CorsVerdict cors, bool is_one_line, const std::string_view* body);
  [[nodiscard]] bool needs_body(const Call& call) const;
  [[nodiscard]] std::int64_t time_over_rate(const Call& call);
  void write_read(LineWriter& out, const Call& call);
  void write_forward(LineWriter& out, const Call& call);
  void refuse_call(LineWriter& out, const Call& call, Error error,
                   const ErrorDetails& details = {}) const;
  [[nodiscard]] std::string_view caller_of(const Call& call);
  [[nodiscard]] std::string_view next_upstream_key();
  [[nodiscard]] SlidingWindow* find_window(std::int64_t period);
  [[nodiscard]] CorsVerdict cors_for_reply() const;

  Config config_;
  bool config_is_good_ = false;
  std::vector<SlidingWindow> windows_;  // one for each period that a rate has
  HashKey window_key_;
  std::size_t next_upstream_key_ = 0;

  // Of the call under way, kept so that steady state allocates nothing.
  Request request_;
  PathSpace path_space_;
  std::string url_;
  std::string scratch_;
  std::string caller_;
  std::string insert_;
};

}  // namespace sluice
