---------------------------- MODULE Unclosed ----------------------------
\* SPDX-FileCopyrightText: The Plumbline contributors
\* SPDX-License-Identifier: MIT
\* Not TLA+, on purpose: the syntax gate must refuse this module, at the line of Next.
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == x' = (x + 1 /\
=========================================================================
