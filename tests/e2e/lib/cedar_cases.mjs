// Random policies, entities and requests of the policy language, all from one seed. Expressions are mostly of the type
// asked for, so that evaluation gets deep, and sometimes of another, so that it fails there.

// mulberry32: small, fast, the same everywhere.
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const TYPES = ['User', 'Group', 'Ns::Photo', 'Album', 'action'];
const IDS = ['a', 'b', 'c', 'd e', '"q"', 'é😀'];
const ATTRIBUTES = ['n', 'm', 's', 't', 'flag', 'owner', 'friends', 'tags', 'ip', 'price', 'when', 'took', 'r', 'a b', 'if'];
const STRINGS = ['', 'a', 'ab', 'abc', 'a*c', 'x\\y', 'line\nbreak', 'é😀', 'aaab', '"', "it's", 'a\tb\u0000'];
const PATTERNS = ['*', 'a*', '*c', 'a*c', '*b*', '\\*', 'a\\*c', '**', '', 'é*', '*a*b*', 'a*a*b'];
const NUMBERS = [0, 1, 2, 3, -1, -2, 42, 1000, 9007199254740991, -9007199254740991];
const IPS = ['192.0.2.1', '10.0.0.0/8', '10.1.2.3', '127.0.0.1', '127.0.0.0/7', '224.0.0.1', '0.0.0.0/0', '::1', '::', 'ff02::1', '2001:db8::/32',
  '2001:db8::1', '1:2:3:4:5:6:7:8', '1.2.3.4/33', '01.2.3.4', '1.2.3', '::ffff:1.2.3.4', '1::2::3', '2001:DB8::1', '1:2:3:4:5:6:7::', '', '1.2.3.4/08', '::/129', '/8', 'fe80::1%eth0', ' 1.2.3.4', '12345::', '1.2.3.256'];
const DECIMALS = ['0.0', '1.5', '-1.5', '1.50', '0.0001', '-0.0', '922337203685477.5807', '-922337203685477.5808', '922337203685477.5808', '1', '1.', '.5', '1.23456', '+1.0', '01.0', '', '-', '1e3', '1.5 ', '--1.0', '1.-5'];
const DATETIMES = ['2024-01-01', '2024-02-29', '2023-02-29', '1970-01-01', '0000-01-01', '9999-12-31', '2024-01-01T00:00:00Z', '2024-01-01T23:59:59.999Z',
  '2024-01-01T12:30:00+0130', '2024-01-01T12:30:00-2359', '2024-01-01T12:30:00.5Z', '2024-01-01T24:00:00Z', '2024-01-01T12:60:00Z', '2024-01-01T12:30:60Z', '2024-13-01', '2024-1-1', '', '2024-01-01T', '2024-01-01T00:00:00',
  '2024-01-01T00:00:00+2400', '2024-01-01T00:00:00+01:00', '2024-01-01t00:00:00Z', '-2024-01-01', '2024-00-10', '1969-12-31T23:59:59.001Z', '2024-01-01T00:00:00.123+0000', '2024-01-01T00:00:00Z '];
const DURATIONS = ['0ms', '1d', '-1d', '1d2h3m4s5ms', '2h', '90m', '1ms', '-90s', '1h1d', '', '-', '1', 'd', '1.5h', '1dd', '9223372036854775807ms', '9223372036854775808ms', '-9223372036854775808ms', '-9223372036854775809ms', '106751991168d', '1m1ms', '1ms1s', '+1d', '00001d', '1d 2h', '1D'];

const quote = (text) => JSON.stringify(text).replace(/\\u0000/g, '\\0').replace(/\\u00([0-9a-f]{2})/g, '\\x$1').replace(/\\f/g, '\\x0c').replace(/\\b/g, '\\x08');
const attribute = (name) => (/^[A-Za-z_]\w*$/.test(name) && name !== 'if' ? `.${name}` : `[${quote(name)}]`);
const key = (name) => (/^[A-Za-z_]\w*$/.test(name) && name !== 'if' ? name : quote(name));

export class Cases {
  constructor(seed) {
    this.random = randomOf(seed);
  }
  below(n) { return Math.floor(this.random() * n); }
  chance(p) { return this.random() < p; }
  one(list) { return list[this.below(list.length)]; }
  some(most, make) { return Array.from({ length: this.below(most + 1) }, make); }

  // --- data ---------------------------------------------------------------------------------------------------------
  uid() { return { type: this.one(TYPES), id: this.one(IDS) }; }
  actionUid() { return { type: this.chance(0.9) ? 'Action' : 'Ns::Action', id: this.one(['view', 'edit', 'all']) }; }
  extension() {
    const [fn, list] = this.one([['ip', IPS.slice(0, 12)], ['decimal', DECIMALS.slice(0, 8)], ['datetime', DATETIMES.slice(0, 2).concat(DATETIMES.slice(3, 9))], ['duration', DURATIONS.slice(0, 8)]]);
    return { __extn: this.chance(0.9) ? { fn, arg: this.one(list) } : { fn, args: [this.one(list)] } };
  }
  value(depth) {
    const kind = this.below(depth > 0 ? 8 : 5);
    if (kind === 0) return this.chance(0.5);
    if (kind === 1) return this.one(NUMBERS);
    if (kind === 2) return this.one(STRINGS);
    if (kind === 3) return { __entity: this.uid() };
    if (kind === 4) return this.extension();
    if (kind <= 6) return this.some(4, () => this.value(depth - 1));
    return this.recordValue(depth - 1);
  }
  fits(name) {
    switch (name) {
      case 'n': case 'm': return this.one(NUMBERS);
      case 's': case 't': return this.one(STRINGS);
      case 'flag': return this.chance(0.5);
      case 'owner': return { __entity: this.uid() };
      case 'friends': return this.some(3, () => ({ __entity: this.uid() }));
      case 'tags': return this.some(4, () => this.one(STRINGS));
      case 'ip': return { __extn: { fn: 'ip', arg: this.one(IPS.slice(0, 12)) } };
      case 'price': return { __extn: { fn: 'decimal', arg: this.one(DECIMALS.slice(0, 8)) } };
      case 'when': return { __extn: { fn: 'datetime', arg: this.one(['2024-01-01', '2024-02-29', '1970-01-01', '1969-12-31T23:59:59.001Z']) } };
      case 'took': return { __extn: { fn: 'duration', arg: this.one(DURATIONS.slice(0, 8)) } };
      case 'r': return this.recordValue(0);
      default: return this.value(1);
    }
  }
  recordValue(depth) {
    const out = {};
    for (const name of ATTRIBUTES) if (this.chance(0.35)) out[name] = this.chance(0.9) || depth <= 0 ? this.fits(name === 'r' && depth <= 0 ? 'n' : name) : this.value(depth);
    return out;
  }
  entities() {
    const out = [];
    const order = TYPES.flatMap((type) => IDS.map((id) => ({ type, id })));
    for (const [i, uid] of order.entries()) {
      if (!this.chance(0.2)) continue;
      // Parents only from later ones, so that there is no cycle.
      const parents = this.some(2, () => order[Math.min(order.length - 1, i + 1 + this.below(8))]).filter((parent) => parent !== uid);
      const entity = { uid: this.chance(0.9) ? uid : { __entity: uid }, attrs: this.recordValue(2), parents };
      if (this.chance(0.5)) entity.tags = Object.fromEntries(this.some(3, () => [this.one(STRINGS), this.value(1)]));
      out.push(entity);
    }
    if (this.chance(0.8)) {
      out.push({ uid: { type: 'Action', id: 'view' }, attrs: {}, parents: [{ type: 'Action', id: 'all' }] });
      out.push({ uid: { type: 'Action', id: 'all' }, attrs: {}, parents: [] });
    }
    return out;
  }

  // --- text ---------------------------------------------------------------------------------------------------------
  uidText(uid) { return `${uid.type}::${quote(uid.id)}`; }
  expression(type, depth) {
    if (this.chance(0.03)) type = this.one(['bool', 'long', 'string', 'entity', 'set', 'record', 'ip', 'decimal', 'datetime', 'duration']);
    if (depth > 0 && this.chance(0.08)) return `(if ${this.bool(depth - 1)} then ${this.expression(type, depth - 1)} else ${this.expression(type, depth - 1)})`;
    return this[type](depth);
  }
  path(names, depth) {
    const root = this.one(['principal', 'resource', 'context', 'context', 'action', 'context["r"]', 'principal.owner', 'context.owner']);
    if (depth > 0 && this.chance(0.1)) return `${this.expression(this.one(['entity', 'record']), depth - 1)}${attribute(this.one(names))}`;
    return `${root}${attribute(this.one(names))}`;
  }
  // In parentheses, so that it may stand beside any operator.
  part(type, depth) { return `(${this.expression(type, depth)})`; }
  bool(depth) {
    if (depth <= 0) return this.one(['true', 'false', this.path(['flag'], 0), `context has ${key('flag')}`]);
    const d = depth - 1;
    switch (this.below(19)) {
      case 0: return `${this.relation(d)} && ${this.relation(d)}`;
      case 1: return `${this.relation(d)} || ${this.relation(d)}${this.chance(0.5) ? ` && ${this.relation(d)}` : ''}`;
      case 2: return `${'!'.repeat(1 + this.below(4))}${this.part('bool', d)}`;
      case 3: return this.path(['flag'], d);
      case 4: return `${this.part(this.one(['set', 'record', 'string']), d)} == ${this.part(this.one(['set', 'record', 'string']), d)}`;
      case 5: return `${this.part('string', d)} like ${this.pattern()}`;
      case 6: return `${this.part('entity', d)} in ${this.part(this.chance(0.5) ? 'entity' : 'entitySet', d)}`;
      case 7: return `${this.part('entity', d)} is ${this.one(TYPES)}${this.chance(0.5) ? ` in ${this.part(this.chance(0.5) ? 'entity' : 'entitySet', d)}` : ''}`;
      case 8: return `${this.part(this.one(['entity', 'record']), d)} has ${this.chance(0.6) ? key(this.one(ATTRIBUTES)) : `${this.one(['r', 'owner', 'n'])}.${this.one(['n', 'r', 'flag', 'owner'])}${this.chance(0.3) ? '.s' : ''}`}`;
      case 9: return `${this.part('set', d)}.contains(${this.expression(this.one(['long', 'string', 'entity', 'set']), d)})`;
      case 10: return `${this.part('set', d)}.${this.one(['containsAll', 'containsAny'])}(${this.expression('set', d)}${this.chance(0.1) ? ',' : ''})`;
      case 11: return `${this.part('set', d)}.isEmpty()`;
      case 12: return `${this.part('entity', d)}.hasTag(${this.expression('string', d)})`;
      case 13: return `${this.part('ip', d)}.${this.one(['isIpv4()', 'isIpv6()', 'isLoopback()', 'isMulticast()', `isInRange(${this.expression('ip', d)})`])}`;
      case 14: return `${this.part('decimal', d)}.${this.one(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'])}(${this.expression('decimal', d)})`;
      default: return this.relation(d);
    }
  }
  relation(depth) {
    if (this.chance(0.2)) return this.part('bool', depth);
    const type = this.one(['long', 'long', 'long', 'string', 'entity', 'datetime', 'duration', 'ip', 'decimal']);
    const operators = type === 'long' || type === 'datetime' || type === 'duration' ? ['<', '<=', '>', '>=', '==', '!='] : ['==', '!='];
    const side = () => (type === 'long' ? this.long(depth) : this.part(type, depth));
    return `${side()} ${this.chance(0.97) ? this.one(operators) : '<'} ${side()}`;
  }
  pattern() { return this.chance(0.8) ? quote(this.one(PATTERNS)).replaceAll('\\\\*', '\\*') : quote(this.one(STRINGS)); }
  long(depth) {
    if (depth <= 0) return this.one([String(this.one(NUMBERS)), this.path(['n', 'm'], 0)]);
    const d = depth - 1;
    switch (this.below(6)) {
      case 0: return `${this.part('long', d)} + ${this.part('long', d)} - ${this.part('long', d)}`;
      case 1: return `${this.part('long', d)} * ${this.part('long', d)} + ${this.part('long', d)}`;
      case 2: return `${'-'.repeat(1 + this.below(4))}${this.part('long', d)}`;
      case 3: return `${this.part('duration', d)}.${this.one(['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays'])}()`;
      case 4: return this.one(['9223372036854775807', '-9223372036854775808', '- 5', '--5', '0007']);
      default: return this.path(['n', 'm'], d);
    }
  }
  string(depth) {
    if (depth > 0 && this.chance(0.1)) return `${this.part('entity', depth - 1)}.getTag(${this.expression('string', depth - 1)})`;
    return this.chance(0.5) ? quote(this.one(STRINGS)) : this.path(['s', 't'], depth - 1);
  }
  entity(depth) {
    if (this.chance(0.3)) return this.uidText(this.chance(0.8) ? this.uid() : this.actionUid());
    return this.chance(0.6) ? this.one(['principal', 'resource', 'action']) : this.path(['owner'], depth - 1);
  }
  entitySet(depth) { return `[${this.some(3, () => this.entity(depth - 1)).join(', ')}]`; }
  set(depth) {
    if (depth <= 0 || this.chance(0.3)) return this.path(['friends', 'tags'], 0);
    const type = this.one(['long', 'string', 'entity', 'set']);
    return `[${this.some(4, () => this.expression(this.chance(0.9) ? type : 'bool', depth - 1)).join(', ')}]`;
  }
  record(depth) {
    if (depth <= 0 || this.chance(0.4)) return this.one(['context', 'context.r', 'principal.r']);
    const fields = new Map(this.some(3, () => [key(this.one(ATTRIBUTES)), this.expression(this.one(['long', 'bool', 'string', 'record', 'ip']), depth - 1)]));
    return `{${[...fields].map(([name, value]) => `${name}: ${value}`).join(', ')}}`;
  }
  ip(depth) { return this.constructed('ip', IPS, depth, ['ip']); }
  decimal(depth) { return this.constructed('decimal', DECIMALS, depth, ['price']); }
  datetime(depth) {
    if (depth > 0 && this.chance(0.3)) return `${this.part('datetime', depth - 1)}.${this.one(['toDate()', `offset(${this.expression('duration', depth - 1)})`])}`;
    return this.constructed('datetime', DATETIMES, depth, ['when']);
  }
  duration(depth) {
    if (depth > 0 && this.chance(0.3)) return this.chance(0.5) ? `${this.part('datetime', depth - 1)}.toTime()` : `${this.part('datetime', depth - 1)}.durationSince(${this.expression('datetime', depth - 1)})`;
    return this.constructed('duration', DURATIONS, depth, ['took']);
  }
  constructed(name, texts, depth, attributes) {
    if (this.chance(0.4)) return this.path(attributes, depth - 1);
    const argument = this.chance(0.95) ? quote(this.one(this.chance(0.6) ? texts.slice(0, 8) : texts)) : this.string(0);
    return this.chance(0.99) ? `${name}(${argument})` : `${name}(${argument}, ${argument})`;
  }

  // --- policies -----------------------------------------------------------------------------------------------------
  scopeOf(variable, slot) {
    const one = slot ? `?${variable}` : this.uidText(this.uid());
    if (!slot && this.chance(0.6)) return variable;
    if (variable === 'action') return this.one([`action == ${this.uidText(this.actionUid())}`, `action in ${this.uidText(this.actionUid())}`, `action in [${this.some(3, () => this.uidText(this.actionUid())).join(', ')}]`]);
    if (!slot && this.chance(0.2)) return `${variable} is ${this.one(TYPES)}`;
    return this.one([`${variable} == ${one}`, `${variable} in ${one}`, `${variable} is ${this.one(TYPES)} in ${one}`]);
  }
  policy(slots = []) {
    const annotations = this.chance(0.3) ? this.one(['@id("x") ', '@a @b("\\n") ', '@if("y")\n']) : '';
    const scope = ['principal', 'action', 'resource'].map((variable) => this.scopeOf(variable, slots.includes(variable)));
    const conditions = this.some(this.chance(0.5) ? 1 : 2, () => `${this.chance(0.7) ? 'when' : 'unless'} { ${this.bool(3)} }`);
    return `${annotations}${this.chance(0.75) ? 'permit' : 'forbid'}(${scope.join(', ')}${this.chance(0.1) ? ',' : ''}) ${conditions.join(' ')};${this.chance(0.1) ? ' // a comment\n' : '\n'}`;
  }
  policies() {
    const count = 1 + this.below(6);
    if (this.chance(0.6)) return Array.from({ length: count }, () => this.policy()).join('');
    const set = { static: {}, templates: {}, links: [] };
    for (let i = 0; i < count; i++) set.static[`p${i}`] = this.policy();
    for (let i = 0; i < 1 + this.below(2); i++) {
      const slots = this.one([['principal'], ['resource'], ['principal', 'resource']]);
      set.templates[`t${i}`] = this.policy(slots);
      for (let j = 0; j < this.below(3); j++) {
        set.links.push({ templateId: `t${i}`, newId: `t${i}l${j}`, values: Object.fromEntries(slots.map((slot) => [`?${slot}`, this.uid()])) });
      }
    }
    return set;
  }
  next() {
    return {
      policies: this.policies(), entities: this.entities(), principal: this.uid(), resource: this.uid(), context: this.recordValue(2),
      action: this.chance(0.95) ? { type: 'Action', id: this.one(['view', 'edit', 'all']) } : this.actionUid(),
    };
  }

  // A policy with a few tokens lost, doubled, swapped or put in: mostly no policy any more.
  mutated() {
    const tokens = this.policy().match(/\?\w+|\w+|"(?:\\.|[^"\\])*"|\s+|::|[=!<>]=|&&|\|\||[^\s\w]/gu) ?? [];
    for (let i = 0; i < 1 + this.below(3); i++) {
      const at = this.below(tokens.length);
      switch (this.below(4)) {
        case 0: tokens.splice(at, 1); break;
        case 1: tokens.splice(at, 0, tokens[at] ?? ''); break;
        case 2: tokens.splice(at, 0, this.one(['(', ')', '[', ']', '{', '}', ',', ';', '.', ':', '::', '==', '=', '<', 'in', 'is', 'has', 'like', 'if', 'then', 'else', '!', '-', '+', '*', '/', '%', '&&', '||', '@', '1', '"a"', 'principal', 'context', 'User', 'true', 'when', 'unless', '__cedar', 'ip', 'contains', '"\\*"', '"\\q"', '9223372036854775808', '18446744073709551616', '&', '|', '#', '\'', '//', '\u00a0', '\u3000', '?x', '?principal', 'A::B', 'permit'])); break;
        default: tokens.splice(at, 1, this.one(tokens)); break;
      }
    }
    return tokens.join('');
  }
}
