// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// plumb-check, run as `plumb check`: searches the specification.
// Exit status:   0 every verdict holds, or is the pinned one (--variant all), or the mutant is
//                caught (--mutant); 1 a property is violated, a pin differs, a mutant lives; 2
//                wrong usage; 3 the environment failed; 4 not decided.
// Spec:          EV-1, EV-2, EV-4; impl/cli/README.md (command-line contract).
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "check/file.hpp"
#include "check/options.hpp"
#include "tool/request.hpp"
#include "tool/verbs.hpp"

namespace plumb::spec::tool {
namespace {

int complain(const std::string& what, int status) {
  (void)std::fputs(("plumb check: " + what + '\n').c_str(), stderr);
  return status;
}

int run(int argc, char** argv) {
  Request request;
  if (const auto status = parse(argc, argv, request)) return *status;
  return perform(request);
}

}  // namespace
}  // namespace plumb::spec::tool

int main(int argc, char** argv) {
  using namespace plumb::spec;
  try {
    return tool::run(argc, argv);
  } catch (const Refused& refused) {
    return tool::complain(refused.what(), tool::kWrongUsage);
  } catch (const FileDamaged& damaged) {
    return tool::complain(damaged.what(), tool::kWrongUsage);
  } catch (const FileFailure& failure) {
    return tool::complain(failure.what(), tool::kEnvironment);
  } catch (const std::bad_alloc&) {
    return tool::complain("not decided: there is no more memory", tool::kNotDecided);
  } catch (const std::exception& error) {
    return tool::complain(error.what(), tool::kEnvironment);
  }
}
