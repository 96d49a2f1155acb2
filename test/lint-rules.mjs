/**
 * Lint rules of our own, loaded by oxlint (`jsPlugins`), which has no `no-restricted-syntax`.
 * `exact-power`: `Math.pow` and `**` may differ in the last bit between machines unless the exponent is a whole number; a whole
 * literal or BigInt exponent passes. `no-float-money`: exact values never go through a float; only a function whose name says
 * so (`toNumber`, `floatFromUnits`) may cross.
 */
const CROSSING = /float|number/i
const TO_FLOAT = new Set(['Number', 'parseFloat'])

const exactPower = {
  create: (context) => ({
    BinaryExpression(node) {
      if (node.operator === '**' && !isExact(node.left) && !isExact(node.right)) report(context, node)
    },
    AssignmentExpression(node) {
      if (node.operator === '**=' && !isExact(node.right)) report(context, node)
    },
    MemberExpression(node) {
      if (node.object.name === 'Math' && node.property.name === 'pow') report(context, node)
    },
  }),
}

const noFloatMoney = {
  create: (context) => ({
    CallExpression(node) {
      const { callee } = node
      const called = callee.type === 'MemberExpression' && callee.object.name === 'Number' ? callee.property.name : callee.name
      if (TO_FLOAT.has(called) && !isInCrossing(node)) {
        context.report({
          node,
          message: `${called}() makes a float of an exact value; do it in a function named for it (toNumber, floatFromUnits)`,
        })
      }
    },
  }),
}

function report(context, node) {
  context.report({ node, message: 'not the same bits on every machine; use exp, log, sqrt or a whole literal exponent' })
}

function isExact(node) {
  if (node.type === 'UnaryExpression') return isExact(node.argument)
  if (node.type === 'Literal') return node.bigint !== undefined || Number.isInteger(node.value)
  return node.type === 'CallExpression' && node.callee.name === 'BigInt'
}

function isInCrossing(node) {
  for (let at = node; at; at = at.parent) {
    const name = at.id?.name ?? at.key?.name
    if (name !== undefined && CROSSING.test(name)) return true
  }
  return false
}

export default { meta: { name: 'ballast' }, rules: { 'exact-power': exactPower, 'no-float-money': noFloatMoney } }
