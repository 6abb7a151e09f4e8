"""Typed formulas: a closed grammar. A text is read into a tree, and the tree into a tape that a compiled program runs.

Nothing that a visitor types is ever run as a program, and no new text compiles one (docs/decisions/0010).
"""

from core.formula.error import FormulaError as FormulaError
from core.formula.expression import Expression as Expression
from core.formula.expression import parse_expression as parse_expression
from core.formula.height import height_of as height_of
from core.formula.latex import symbol as symbol
from core.formula.machine import step_of as step_of
from core.formula.rule import Rule as Rule
from core.formula.rule import parse_rule as parse_rule
from core.formula.tape import KNOBS as KNOBS
from core.formula.tape import STATES as STATES
from core.formula.tape import Arrays as Arrays
