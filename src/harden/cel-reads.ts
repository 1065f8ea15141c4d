// What an expression reads, and what was missing when it could not be answered.
//
// The evaluator names the place of an error by the id of a node of the syntax tree. Each chain of selections
// (`resource.sshd.port`, `m.source`) is therefore noted under the ids of all its nodes.

import type { parse } from '@bufbuild/cel'

type Expr = NonNullable<ReturnType<typeof parse>['expr']>

/** Names from the resource inwards: `['sysctl', 'kernel.kptr_restrict']`. */
export type FactPath = readonly string[]

export interface Reads {
  readonly paths: readonly FactPath[]
  /** Why the expression is refused, in one clause. */
  readonly problem?: string
  /** The name of the fact that was missing at the node, or that was of another type than the expression needs. */
  missing(node: number, facts: ReadonlyMap<string, unknown>): string | undefined
}

/** A chain begins at the resource, or at an element of a list, named by what holds the list: `mounts[]`. */
interface Chain {
  readonly from: string | undefined
  readonly path: FactPath
}

/** Depth of loops that a rule may have: keeps the cost of one evaluation within bounds. */
const maxLoops = 2

export function readExpression(root: Expr, variable: string, isFunction: (name: string) => boolean): Reads {
  return new Reading(root, variable, isFunction)
}

class Reading implements Reads {
  readonly paths: readonly FactPath[]
  problem?: string
  #variable: string
  #isFunction: (name: string) => boolean
  #chains = new Map<number, Chain>()
  /** The chains below each node that is none itself. */
  #below = new Map<number, readonly Chain[]>()

  constructor(root: Expr, variable: string, isFunction: (name: string) => boolean) {
    this.#variable = variable
    this.#isFunction = isFunction
    this.#visit(root, new Map(), 0)
    const ofResource = [...new Set(this.#chains.values())].filter(({ from }) => from === undefined)
    this.paths = distinct(ofResource.map(({ path }) => path))
  }

  missing(node: number, facts: ReadonlyMap<string, unknown>): string | undefined {
    const chain = this.#chains.get(node)
    if (chain) return missingIn(chain, facts) ?? `${nameOf(chain)} of another type`
    const names = new Set((this.#below.get(node) ?? []).map(nameOf).filter((name) => name !== 'the result'))
    return names.size === 0 ? undefined : `${[...names].join(' or ')} of another type`
  }

  /** `elements`: names within loops, and what they stand for. */
  #visit(expr: Expr | undefined, elements: ReadonlyMap<string, string>, loops: number): Chain[] {
    if (!expr) return []
    const chain = this.#chainOf(expr, elements)
    if (chain) return [chain, ...indexes(expr).flatMap((index) => this.#visit(index, elements, loops))]
    const found = this.#children(expr, elements, loops)
    this.#below.set(Number(expr.id), found)
    return found
  }

  #children(expr: Expr, elements: ReadonlyMap<string, string>, loops: number): Chain[] {
    const below = (child: Expr | undefined) => this.#visit(child, elements, loops)
    const { case: kind, value } = expr.exprKind
    if (kind === 'selectExpr') return below(value.operand)
    if (kind === 'listExpr') return value.elements.flatMap(below)
    if (kind === 'structExpr') return value.entries.flatMap((entry) => below(entry.value))
    if (kind === 'callExpr') {
      const known = operators.has(value.function) || this.#isFunction(value.function)
      if (!known) this.#refuse(`there is no function ${value.function}()`)
      return [value.target, ...value.args].flatMap(below)
    }
    if (kind !== 'comprehensionExpr') return []
    if (loops >= maxLoops) this.#refuse(`more than ${maxLoops} loops within each other`)
    const range = below(value.iterRange)
    const inside = new Map(elements)
    inside.set(value.iterVar, `${range[0] ? nameOf(range[0]) : 'the list'}[]`)
    inside.set(value.accuVar, 'the result')
    const parts = [value.accuInit, value.loopCondition, value.loopStep, value.result]
    return [...range, ...parts.flatMap((part) => this.#visit(part, inside, loops + 1))]
  }

  /** The chain that a node is the outer end of; its inner nodes are noted as well. */
  #chainOf(expr: Expr, elements: ReadonlyMap<string, string>): Chain | undefined {
    const ids: number[] = []
    const path: string[] = []
    let node: Expr | undefined = expr
    while (node) {
      ids.push(Number(node.id))
      const { case: kind, value }: Expr['exprKind'] = node.exprKind
      if (kind === 'identExpr') {
        if (types.has(value.name)) return undefined
        if (value.name !== this.#variable && !elements.has(value.name)) {
          this.#refuse(`unknown name ${value.name}: facts begin with ${this.#variable}`)
        }
        const chain = { from: elements.get(value.name), path: path.toReversed() }
        for (const id of ids) this.#chains.set(id, chain)
        return chain
      }
      const step = stepOf(node)
      if (!step) return undefined
      // has() would turn a fact that is not known into a verdict.
      if (step.test) {
        this.#refuse('has() is not allowed: read the fact itself, so that a missing one makes the rule undecided')
      }
      path.push(step.name)
      node = step.operand
    }
    return undefined
  }

  #refuse(why: string): void {
    this.problem ??= why
  }
}

/** Operators and macros that the evaluator handles itself, not by a function. */
const operators = new Set(['_[_]', '_?_:_', '_&&_', '_||_', '@not_strictly_false', '__not_strictly_false__'])
const types = new Set(['int', 'uint', 'double', 'bool', 'string', 'bytes', 'list', 'map', 'null_type', 'type'])

/** `a.name`, or `a["name"]`. */
function stepOf(expr: Expr): { operand: Expr | undefined; name: string; test: boolean } | undefined {
  const { case: kind, value } = expr.exprKind
  if (kind === 'selectExpr') return { operand: value.operand, name: value.field, test: value.testOnly }
  if (kind !== 'callExpr' || value.function !== '_[_]') return undefined
  const name = constant(value.args[1])
  return { operand: value.args[0], name: name ?? '*', test: false }
}

function constant(expr: Expr | undefined): string | undefined {
  if (expr?.exprKind.case !== 'constExpr') return undefined
  const { case: kind, value } = expr.exprKind.value.constantKind
  return kind === 'stringValue' || kind === 'int64Value' ? String(value) : undefined
}

/** What stands between the brackets of a chain, where it is not a constant. */
function indexes(expr: Expr): Expr[] {
  const found: Expr[] = []
  let node: Expr | undefined = expr
  while (node) {
    const { case: kind, value }: Expr['exprKind'] = node.exprKind
    if (kind === 'callExpr' && value.args[1] && constant(value.args[1]) === undefined) found.push(value.args[1])
    node = stepOf(node)?.operand
  }
  return found
}

function missingIn(chain: Chain, facts: ReadonlyMap<string, unknown>): string | undefined {
  if (chain.from !== undefined) return nameOf(chain)
  let value: unknown = facts
  for (const [depth, name] of chain.path.entries()) {
    value = value instanceof Map ? value.get(name) : undefined
    if (value === undefined) return nameOf({ from: undefined, path: chain.path.slice(0, depth + 1) })
  }
  return undefined
}

function nameOf({ from, path }: Chain): string {
  return [...(from === undefined ? [] : [from]), ...path].join('.')
}

function distinct(paths: readonly FactPath[]): FactPath[] {
  return [...new Map(paths.map((path) => [path.join('\n'), path])).values()]
}
