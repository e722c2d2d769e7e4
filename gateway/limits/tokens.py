"""Parse a document, and stop reading where it holds more tokens than allowed."""

from graphql import DocumentNode, GraphQLSyntaxError, Lexer, Source, TokenKind, parse

from gateway.limits.exceeded import exceeded


def parse_within(text: str, *, allowed: int) -> DocumentNode:
    """`text` parsed; raises GraphQLError if it is no document or holds too many tokens."""
    source = Source(text)
    try:
        return parse(source, max_lexical_tokens=allowed, max_comments=allowed)
    except GraphQLSyntaxError as error:
        stopped_at = min(error.positions or [0])
        # The parser says this in words only; a fault at the first token too many is that token.
        if _tokens_before(stopped_at, source, at_most=allowed) < allowed:
            raise
    # Reading on only to count would be the work that the limit saves.
    raise exceeded("tokens", allowed=allowed, found=allowed + 1)


def _tokens_before(position: int, source: Source, *, at_most: int) -> int:
    lexer = Lexer(source)
    count = 0
    while count < at_most:
        token = lexer.advance()
        if token.kind is TokenKind.EOF or token.start >= position:
            break
        count += 1
    return count
