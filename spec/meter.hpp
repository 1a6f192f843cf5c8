// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The CPU meter and the sentinel as an executable state machine: entry header. meter/README.md says
// in what order to read it, what the model leaves out, and what was found.
//   rows      meter/rows.hpp: every variant as data; meter/mutants.hpp: its mechanical mutants
//   rules     meter/measure.hpp, thread.hpp, watcher.hpp, sentinel.hpp, environment.hpp: the steps,
//             and meter/properties.hpp: what must hold, over any value domain
//   model     meter/model.hpp: a row within bounds, for the checker
// Thread-safety: constants and values.
// Spec:          CM-1 to CM-8; EV-1.
#pragma once
#include "meter/model.hpp"
#include "meter/mutants.hpp"
#include "meter/rows.hpp"
