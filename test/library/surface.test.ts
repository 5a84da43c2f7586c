/** The public surface: small, and every name of it is explained where it is declared. */
import { fileURLToPath } from 'node:url';
import t from 'tap';
import ts from 'typescript';

const INDEX = fileURLToPath(new URL('../../src/index.d.ts', import.meta.url));

t.test('every export has a docstring', async (t) => {
  const program = ts.createProgram([INDEX], { module: ts.ModuleKind.NodeNext, skipLibCheck: true, types: [] });
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(INDEX)!)!);
  t.ok(exported.length > 20, 'they are found');
  for (const symbol of exported) {
    const declared = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    if (!declared.declarations?.[0]?.getSourceFile().fileName.includes('/node_modules/')) {
      t.not(ts.displayPartsToString(declared.getDocumentationComment(checker)), '', symbol.name);
    }
  }
});
