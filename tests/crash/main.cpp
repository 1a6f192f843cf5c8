// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// plumb-crash, run as `plumb crash`: runs the store on the simulated disk through its crash states.
// Exit status:   0 holds, or the mutant is caught; 1 violated, or a mutant lives; 2 wrong usage;
//                3 the environment failed; 4 not decided: the budget is spent, or the campaign is
//                void.
// Spec:          EV-6; impl/cli/README.md (command-line contract).
#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>

#include "base/contract.hpp"
#include "crash/options.hpp"

namespace {

int complain(const std::string& what, int status) {
  std::fputs(("plumb crash: " + what + '\n').c_str(), stderr);
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace plumb::crash;
  plumb::install_contract_handler();
  try {
    CommandLine line;
    if (const auto status = parse(argc, argv, line)) return *status;
    return perform(line);
  } catch (const std::invalid_argument& wrong) {
    return complain(wrong.what(), kWrongUsage);
  } catch (const std::bad_alloc&) {
    return complain("not decided: there is no more memory", kNotDecided);
  } catch (const std::exception& error) {
    return complain(error.what(), kEnvironment);
  }
}
