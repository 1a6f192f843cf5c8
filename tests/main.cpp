// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// main() of the test programs, by Boost.Test.
#define BOOST_TEST_MODULE plumbline
#include <boost/test/unit_test.hpp>
