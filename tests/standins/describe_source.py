#!/usr/bin/env python3
"""Describes a package's public API from its C# sources, in the form that PublicSurface.cs gives an assembly's.

    describe_source.py "Microsoft.Spark 2.3.1, dotnet/spark v2.3.1" FILE.cs... > Microsoft.Spark.api.txt

Reads declarations only, of public types: good for sources in the usual layout, not a C# parser. Preprocessor lines are
skipped, so that both branches of an #if count.
"""
import re
import sys

MODIFIERS = ("public", "protected", "internal", "private", "static", "sealed", "abstract", "virtual", "override", "new",
             "readonly", "partial", "async", "extern", "unsafe", "const", "volatile", "event")
ALIASES = {"String": "string", "Boolean": "bool", "Int32": "int", "Int64": "long", "Object": "object"}


def plain(text):
    text = re.sub(r'//[^\n]*|/\*.*?\*/', '', text, flags=re.S)
    text = re.sub(r'^\s*#.*$', '', text, flags=re.M)
    return re.sub(r'"(?:\\.|[^"\\])*"', lambda m: m.group(0).replace('{', '\x01').replace('}', '\x02').replace(';', '\x03'), text)


def declarations(body):
    """The declarations of a body: head, and the block after it or None."""
    head, i = "", 0
    while i < len(body):
        c = body[i]
        if c == ';':
            yield head.strip(), None
            head = ""
        elif c == '{':
            depth, start = 1, i + 1
            while depth:
                i += 1
                depth += {'{': 1, '}': -1}.get(body[i], 0)
            yield head.strip(), body[start:i]
            rest = body[i + 1:].lstrip()
            if rest.startswith('='):  # an initialiser after the accessors
                i = body.index(';', i)
            head = ""
        else:
            head += c
        i += 1


def name_of(kind):
    kind = kind.strip().split('.')[-1] if '<' not in kind else kind.strip()
    return ALIASES.get(kind, kind)


def type_name(text):
    text = re.sub(r'\s+', ' ', text.strip())
    text = re.sub(r'([A-Za-z_]\w*\.)+', '', text)
    return re.sub(r'\w+', lambda m: ALIASES.get(m.group(0), m.group(0)), text)


def split(text):
    depth, part = 0, ""
    for c in text:
        depth += {'<': 1, '(': 1, '[': 1, '>': -1, ')': -1, ']': -1}.get(c, 0)
        if c == ',' and depth == 0:
            yield part
            part = ""
        else:
            part += c
    if part.strip():
        yield part


def parameter(text):
    text = re.sub(r'^(\s*\[[^\]]*\])+', '', text).strip()
    declared, _, default = text.partition('=')
    words = declared.split()
    kind, name = ' '.join(words[:-1]), words[-1]
    kind = re.sub(r'^(this|params|ref|out|in) ', lambda m: 'params ' if m.group(1) == 'params' else '', kind)
    prefix = 'params ' if kind.startswith('params ') else ''
    default = default.strip()
    if default.startswith('default') or default in ('null', 'CancellationToken.None'):
        default = 'default'
    return prefix + type_name(kind.removeprefix('params ')) + ' ' + name + (f' = {default}' if default else '')


def members(path, kind, body, out):
    simple = path.split('.')[-1]
    if kind == 'enum':
        value = -1
        for part in split(body):
            part = re.sub(r'\[[^\]]*\]', '', part).strip()
            if part:
                name, _, given = part.partition('=')
                value = int(given, 0) if given.strip() else value + 1
                out.append(f'{path} :: {name.strip()} = {value}')
        return
    for head, block in declarations(body):
        head = re.sub(r'^(\s*\[(?:[^\[\]]|\[[^\]]*\])*\])+', '', head).strip()
        arrow = re.search(r'(?<![=<>])=>', head)
        expression = arrow is not None
        if expression:
            head = head[:arrow.start()].strip()
        words = head.split()
        modifiers = []
        while words and words[0] in MODIFIERS:
            modifiers.append(words.pop(0))
        text = ' '.join(words)
        if re.match(r'(class|struct|interface|enum|delegate)\b', text):
            if 'public' in modifiers:
                declare(path, head, block, out)
            continue
        if 'override' in modifiers or 'operator' in words:
            continue
        if kind == 'interface' and not modifiers:
            modifiers = ['public']
        if not {'public', 'protected'} & set(modifiers) or {'internal', 'private'} & set(modifiers):
            continue
        static = 'static ' if {'static', 'const'} & set(modifiers) else ''
        signature = text
        call = re.match(r'^([^=()]*[\s>\]?])?([\w.]+)\s*(<[^<>()]*>)?\s*\((.*?)\)\s*(:.*|where .*)?$', signature, flags=re.S)
        if call:
            returned, name, generic, parameters = (call.group(1) or '').strip(), call.group(2), call.group(3) or '', call.group(4)
            if '.' in name:
                continue  # an explicit interface implementation
            listed = ', '.join(parameter(p) for p in split(parameters))
            if name == simple and not returned:
                if not static:
                    out.append(f'{path} :: .ctor({listed})')
            else:
                out.append(f'{path} :: {static}{type_name(returned)} {name}{generic}({listed})')
        elif expression or (block is not None and re.search(r'\b(get|set|init)\b', block)):
            returned, name = text.rsplit(' ', 1)
            if name.endswith(']'):
                continue  # an indexer
            get = ' get;' if expression or re.search(r'(?<!private )(?<!internal )\bget\b', block) else ''
            setter = '' if expression else re.search(r'((private|internal|protected internal)\s+)?\b(set|init)\b', block)
            set_ = ' set;' if setter and not setter.group(2) else ''
            out.append(f'{path} :: {static}{type_name(returned)} {name} {{{get}{set_} }}')
        elif block is None and text:
            declared, _, value = text.partition('=')
            returned, name = declared.strip().rsplit(' ', 1)
            constant = f' = {value.strip()}'.replace('"', '') if 'const' in modifiers else ''
            out.append(f'{path} :: {static}{type_name(returned)} {name}{constant}')


def declare(space, head, body, out):
    head = re.sub(r'^(\s*\[(?:[^\[\]]|\[[^\]]*\])*\])+', '', head).strip()
    found = re.search(r'^(.*?)\b(class|struct|interface|enum)\s+(\w+)\s*(<[^>]*>)?\s*(?::\s*(.*?))?(\bwhere\b.*)?$', head, flags=re.S)
    modifiers, kind, name, _, bases, _ = found.groups()
    path = f'{space}.{name}'
    shown = kind
    for modifier in ('static', 'abstract', 'sealed'):
        if modifier in modifiers.split() and kind == 'class':
            shown = f'{modifier} class'
    first = type_name(list(split(bases))[0]) if bases else ''
    if kind == 'class' and first and not re.match(r'I[A-Z]', first):
        shown += f' : {first}'
    out.append(f'{path} {shown}')
    members(path, kind, body, out)
    if kind in ('class',) and 'static' not in modifiers.split() and body is not None \
            and not re.search(rf'\b{name}\s*\(', plain_constructors(body, name)):
        out.append(f'{path} :: .ctor()')


def plain_constructors(body, name):
    return ' '.join(h for h, _ in declarations(body) if re.match(rf'^(\[[^\]]*\]\s*)*((public|internal|private|protected)\s+)+{name}\s*\(', h))


def main():
    out = []
    for path in sys.argv[2:]:
        text = plain(open(path, encoding='utf-8-sig').read())
        space = re.search(r'\bnamespace\s+([\w.]+)\s*([;{])', text)
        if not space:
            continue  # attributes of the assembly
        rest = text[space.end():]
        body = rest if space.group(2) == ';' else rest[:rest.rindex('}')]
        for head, block in declarations(body):
            if re.search(r'\bpublic\b', head) and re.search(r'\b(class|struct|interface|enum)\b', head):
                declare(space.group(1), head, block, out)
    print(f'# {sys.argv[1]}; made by describe_source.py')
    print('\n'.join(sorted(line.replace('\x01', '{').replace('\x02', '}').replace('\x03', ';') for line in set(out))))


main()
