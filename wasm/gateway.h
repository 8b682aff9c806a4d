// The story of a request, told top to bottom: plan what to do with it, judge what came of that, or
// refuse it where the shim could not do its part.
#pragma once

#include <string>
#include <string_view>

#include "config.h"
#include "request.h"

namespace sluice {

class Gateway {
 public:
  // Loads the environment (JSON). True: appends the names of the request headers and of the
  // response headers whose values decisions turn on, a line each. False: appends the problems, a
  // line each; every request is then answered config_invalid.
  [[nodiscard]] bool configure(std::string_view environment, std::string& out);

  // All three take lines in and append lines out, as docs of the boundary in abi.cpp say, and
  // return false if the input is not of that form.
  [[nodiscard]] bool plan(std::string_view input, std::string& out);
  [[nodiscard]] bool judge(std::string_view input, std::string& out);
  [[nodiscard]] bool refuse(std::string_view input, std::string& out);

 private:
  void plan_reserved(LineWriter& out, CorsVerdict cors);
  void plan_forward(LineWriter& out, CorsVerdict cors);
  [[nodiscard]] CorsVerdict cors_for_reply() const;

  Config config_;
  bool config_is_good_ = false;
  Request request_;      // of the call under way
  std::string url_;      // working space
  std::string scratch_;  // working space
};

}  // namespace sluice
