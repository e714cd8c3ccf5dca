namespace MailAdmin.Core;

/// <summary>One page of a sorted list.</summary>
/// <param name="Rows">The rows of this page, in order; empty past the end.</param>
/// <param name="Total">How many rows match in all.</param>
/// <param name="Offset">Rows before this page.</param>
public sealed record Page<T>(IReadOnlyList<T> Rows, int Total, int Offset);

/// <summary>What part of a list to read.</summary>
/// <param name="Search">Text that must occur in an address, name or note; empty or null means all.</param>
/// <param name="Sort">A field's name as in the REST API, with a leading '-' for descending; null means the subject's default. Unknown names are refused.</param>
/// <param name="Offset">Rows to leave out.</param>
/// <param name="Limit">Most rows to return, 1 to 500.</param>
public record ListQuery(string? Search = null, string? Sort = null, int Offset = 0, int Limit = 50);
