// What people read of a source file: comments, string literals (they become messages), and the names that it declares.
import ts from 'typescript';

interface Range {
  readonly pos: number;
  readonly end: number;
}

/** Comments and string literals; all else is blanked out, so that lines keep their numbers. */
export function proseOfSource(text: string): string {
  const source = parse(text);
  let prose = '';
  for (const { pos, end } of readableRanges(source).sort((a, b) => a.pos - b.pos)) {
    prose +=
      blank(text.slice(prose.length, pos)) + withoutMarks(text.slice(Math.max(pos, prose.length), end));
  }
  return prose + blank(text.slice(prose.length));
}

/** Each name that the file declares, with its line: of values, parameters, fields and types. */
export function declaredNames(text: string): readonly { readonly name: string; readonly line: number }[] {
  const source = parse(text);
  return nodesOf(source, source).flatMap((node) =>
    'name' in node && !ts.isPropertyAccessExpression(node) && isIdentifier(node.name)
      ? [{ name: node.name.text, line: source.getLineAndCharacterOfPosition(node.name.pos).line + 1 }]
      : [],
  );
}

const parse = (text: string): ts.SourceFile =>
  ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);

const isIdentifier = (name: unknown): name is ts.Identifier =>
  typeof name === 'object' && name !== null && 'kind' in name && name.kind === ts.SyntaxKind.Identifier;

/** With every token. */
function nodesOf(node: ts.Node, source: ts.SourceFile): readonly ts.Node[] {
  return [node, ...node.getChildren(source).flatMap((child) => nodesOf(child, source))];
}

/** Two nodes may name the same comment. */
function readableRanges(source: ts.SourceFile): Range[] {
  const ranges = nodesOf(source, source).flatMap((node): readonly Range[] => [
    ...(ts.getLeadingCommentRanges(source.text, node.pos) ?? []),
    ...(ts.getTrailingCommentRanges(source.text, node.end) ?? []),
    // Without its quotes.
    ...(isText(node) ? [{ pos: node.getStart(source) + 1, end: node.end - 1 }] : []),
  ]);
  return [...new Map(ranges.map((range) => [range.pos, range])).values()];
}

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);

/** Neither words nor spaces, so that no phrase goes on from one text to the next. */
const blank = (text: string): string => text.replaceAll(/[^\n]/g, ';');

/** A phrase may be wrapped between two lines of a comment, each with its mark. */
function withoutMarks(text: string): string {
  return text.replaceAll(/^\s*(?:\/\/+|\/\*+|\*+\/?)|\*+\/$/gm, (mark) => mark.replaceAll(/\S/g, ' '));
}
