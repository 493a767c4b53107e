/** The words of the language, and what people and attackers write in their place. */

/** Every field of a manifest, of a schema and of an answer, and some that are none. */
export const fields: readonly string[] = `
manifest_version experimental_features program components use environments config_schema slots provides resources
child_templates bindings policies overlays exports metadata image path vm entrypoint args env network mounts cpus
memory_mib cloud_init user_data vendor_data endpoints egress when each arg argv join value file name port protocol from
to slot capability weak kind profile optional multiple endpoint params size retention sharing manifest config environment
url digest extends resolvers visible_exports limits possible_backends max_live_children name_pattern type properties
required items allOf anyOf oneOf not if then else additionalProperties patternProperties secret $ref $defs definitions
$schema $id $anchor $dynamicRef $comment enum const default minimum maximum exclusiveMinimum exclusiveMaximum multipleOf
minLength maxLength pattern format uniqueItems minItems maxItems prefixItems contains minContains maxContains
minProperties maxProperties propertyNames dependentRequired dependentSchemas unevaluatedProperties contentSchema title
description examples deprecated readOnly interpositions attachments interposer target interposer_slot interposer_provide
reason findings severity message edge component code lint levels paths files
__proto__ constructor prototype toString hasOwnProperty x a.b A unknown_field
`
  .trim()
  .split(/\s+/)
  .concat('', ' ', 'zz zz', '\u0000', '\u202e', 'ключ', '🔑', 'a'.repeat(300));

const references: readonly string[] = `
. # #a #a.b #.b #a. #a.b.c self self.x slots slots.x slots. slots.x.url slots.x.y.z provides.x resources.x resources.a.b
framework framework.docker framework.kvm framework.component config config. config.a config..a config.a.b item item.url
external.x external.root.x children.a.exports.b children.a #a.__proto__ #__proto__.x #constructor.constructor #*.x #a[0].b
`
  .trim()
  .split(/\s+/);

const interpolations: readonly string[] = [
  ...[
    '${config.a}',
    '${config.x}',
    '${config}',
    '${config.}',
    '${',
    '${}',
    '}',
    '$',
    '$$',
    '$${config.a}',
    '$${config}',
  ],
  ...[
    '$$${config.a}',
    '${config.a',
    '${ config.a }',
    '${slots.x.url}',
    '${slots.x}',
    '${slots}',
    '${item}',
    '${item.url}',
  ],
  ...[
    'a ${config.a} b ${config.b}',
    '${config.a b}',
    '${foo.x}',
    '${config.__proto__}',
    '${config.constructor}',
    '${${config.a}}',
  ],
  ...["it's", '"', '\\', "'a b' c", '"a \\" b"', 'a # b', "a '${config.a b}'", '"${foo}"', 'a \\${foo}', "'$'{foo}"],
];

const locations: readonly string[] = [
  ...[
    '/',
    '//',
    '/a',
    '/a/../b',
    '/..',
    'a/b',
    '../a',
    './a.yaml',
    './scenario.yaml',
    'scenario.yaml',
    './child.yaml',
    '.',
  ],
  ...[
    '..',
    './',
    './%',
    './%00',
    './%ff',
    './a%20b.yaml',
    './a?x#y',
    '#',
    '?',
    './\u0000',
    'file:',
    'file:///',
    'file:///etc/passwd',
  ],
  ...[
    'http:',
    'http://',
    'http://[',
    'http://127.0.0.1:1/a.yaml',
    'https://exa mple/',
    'http://a:99999/',
    'data:,x',
    'bundle:x',
  ],
  ...['C:\\a.yaml', '\\\\server\\x', './a\\b.yaml', './ä.yaml', `./${'a/'.repeat(200)}b.yaml`, `./${'x'.repeat(5000)}`],
  ...[`sha256:${'A'.repeat(43)}=`, 'sha256:x', 'sha256:', `sha256:${'0'.repeat(64)}`],
];

const words: readonly string[] = `
x a b http https tcp grpc storage docker kvm component mcp mcp_http llm a2a governance policy overlay none optional direct vm
required read_only exclusive object string integer number boolean array null true false yes no 8080 0 -1 1e3 0x10 0.1.0
0.2.0 0.3.0 0.4.0 0.10.0 1.0.0 0.4 0.4.0-a 0.4.0+b.1 00.4.0 99999999999999999999.0.0 #/$defs/a #/properties/a #/allOf/0
#/$defs/%zz #/$defs/~2 __ a__b aB a_ _a toString valueOf hasOwnProperty __defineGetter__ constructor __proto__
`
  .trim()
  .split(/\s+/);

/** A regular expression for every way in which matching one can take long. */
export const patterns: readonly string[] = [
  ...[
    '^(a+)+$',
    '^(a|a)*$',
    '^(a|aa)+$',
    '(x+x+)+y',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(.*)*$',
    '^(\\w+\\s?)*$',
    '(a*)*b',
  ],
  ...[
    '(?=(a+))\\1+b',
    '^(?:a?){30}a{30}$',
    '(.*)(.*)(.*)(.*)(.*)[^a]$',
    '^.*.*.*.*.*=.*$',
    '(a{1,50}){1,50}$',
    '\\p{L}+\\d*',
  ],
  ...[
    '[',
    '(',
    '*',
    '\\',
    '(?<n>a)\\k<n>',
    '(?<!a)b',
    'a{2,1}',
    '\\u{110000}',
    '[z-a]',
    '(?:)',
    '^$',
    '',
    '.{0,1000000}',
  ],
];

const strange: readonly string[] = [
  ...[
    '',
    ' ',
    '\n',
    '\t',
    '\r\n',
    '\u0000',
    '\u0007',
    '\u001b[31m',
    '\u2028',
    '\u2029',
    '\u202e',
    '\ufeff',
    '\ufffd',
    '\u00a0',
  ],
  ...[
    'é',
    'e\u0301',
    '🦊',
    '👩‍👩‍👧',
    '漢字',
    'ﷺ',
    '\u200d',
    `${'a'.repeat(28)}!`,
    'a'.repeat(5000),
    `${'a'.repeat(60)}b`,
    '`',
    '``',
    '|',
    '<b>',
  ],
  ...[
    '%s',
    '%n',
    '{{x}}',
    '$(id)',
    '`id`',
    '; id',
    '--help',
    '-',
    '- x',
    'key: value',
    '&a',
    '*a',
    '!tag',
    '@x',
    '%x',
    '>',
    '? x',
    '# x',
  ],
];

export const texts: readonly (readonly string[])[] = [references, interpolations, locations, words, patterns, strange];

/** Numbers and the like as they are written. */
export const rawScalars: readonly string[] = [
  ...[
    'null',
    'true',
    'false',
    '0',
    '1',
    '-1',
    '-0',
    '1.5',
    '70000',
    '65535',
    '65536',
    '4294967295',
    '4294967296',
    '1e300',
  ],
  ...['9007199254740993', '9223372036854775807', '18446744073709551615', '18446744073709551616', '1e21', '1e-7', '0.1'],
];
/** Not JSON; each is something in YAML, in JSON5, or in both. */
export const rawSpecials: readonly string[] = [
  ...[
    '1e999',
    '-1e999',
    'NaN',
    'Infinity',
    '-Infinity',
    '.nan',
    '.inf',
    '-.inf',
    '0x10',
    '0xffffffffffffffffff',
    '0o17',
    '017',
  ],
  ...[
    '+1',
    '.5',
    '5.',
    '1_000',
    '0b1',
    '~',
    'yes',
    '2001-01-01',
    '12:30:45',
    '9'.repeat(400),
    `0.${'1'.repeat(400)}`,
    `1e${'9'.repeat(30)}`,
  ],
];
