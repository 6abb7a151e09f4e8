"""Typed formulas: a closed grammar. A text is read into a tree, and the tree into a tape that a
compiled program runs.

Nothing that a visitor types is ever run as a program, and no new text compiles one
(docs/decisions/0010).
"""

from ravine.core.formula.error import FormulaError as FormulaError
from ravine.core.formula.expression import Expression as Expression
from ravine.core.formula.expression import parse_expression as parse_expression
from ravine.core.formula.height import height_of as height_of
from ravine.core.formula.latex import symbol as symbol
from ravine.core.formula.machine import step_of as step_of
from ravine.core.formula.rule import Rule as Rule
from ravine.core.formula.rule import parse_rule as parse_rule
from ravine.core.formula.rule import renamed_in as renamed_in
from ravine.core.formula.tape import KNOBS as KNOBS
from ravine.core.formula.tape import STATES as STATES
from ravine.core.formula.tape import Arrays as Arrays
