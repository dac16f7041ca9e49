// Who may import whom in `src`: a folder imports from itself and from the
// layers before its own, type imports included.
const layers = [
  ['constants', 'types', 'version'],
  ['errors'],
  ['policy'],
  ['accounts'],
  ['actions'],
  ['clients'],
  ['bundler'],
  // What the programs share of Node. Above the library, which runs in a browser.
  ['node'],
  ['mcp', 'cli', 'local', 'approvals'],
]

/** Exceptions to the layers, each for the reason given. */
const alsoAllowed = {
  // The command line starts the local chain, and lists and decides requests.
  cli: ['local', 'approvals'],
  // The server stores what an agent asks approval for.
  mcp: ['approvals'],
  // Names beside one another: the bottom layer has no order of its own.
  constants: ['types', 'version'],
  types: ['constants', 'version'],
  version: ['constants', 'types'],
}

/** Matches the files of a folder of `src`, and a file of that name. */
const within = (names) => `^src/(${names.join('|')})(/|\\.ts$)`

const layerRules = layers.flatMap((names, level) =>
  names.map((name) => {
    const allowed = [
      name,
      ...(alsoAllowed[name] ?? []),
      ...layers.slice(0, level).flat(),
    ]
    return {
      name: `${name}-imports-downwards`,
      comment: `\`${name}\` may import: ${allowed.join(', ')}.`,
      severity: 'error',
      from: { path: within([name]) },
      to: { path: '^src/', pathNot: within(allowed) },
    }
  }),
)

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'root-imports-library',
      comment:
        'The root entry point stays free of what has an entry point of its own.',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: {
        path: within(['bundler', 'node', 'mcp', 'cli', 'local', 'approvals']),
      },
    },
    {
      name: 'file-has-layer',
      comment: 'Every file of src belongs to a layer, or is the entry point.',
      severity: 'error',
      from: {},
      to: {
        path: '^src/',
        pathNot: [within(layers.flat()), '^src/index\\.ts$'],
      },
    },
    {
      name: 'no-entry-point-inside',
      comment: 'Entry points are for users: import the file that declares it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/', pathNot: '(?<!/index)\\.ts$' },
    },
    {
      name: 'policy-is-pure',
      comment: 'Policies are compiled without any input but the document.',
      severity: 'error',
      from: { path: within(['policy']) },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'core'],
        pathNot: '(^|node_modules/)(viem|abitype|yaml|zod)/',
      },
    },
    {
      name: 'node-only-in-programs',
      comment: 'The library runs in a browser; only programs use Node.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: within(['node', 'mcp', 'cli', 'local', 'approvals']),
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'src-imports-no-tooling',
      comment: 'What is published does not reach into the repository.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(scripts|test|examples|types|artifacts)/' },
    },
    {
      name: 'src-declares-its-packages',
      comment: 'What is published imports only what users get.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional', 'type-only'],
      },
    },
    {
      name: 'no-unresolved',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-circular',
      comment: 'No file imports itself through another.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'types', 'node', 'default'],
      exportsFields: ['exports'],
    },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
}
