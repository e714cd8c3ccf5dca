namespace MailAdmin.Core;

/// <summary>The bounds of every list.</summary>
internal static class ListLimits
{
    public static Refusal? Refuse(ListQuery query) =>
        query.Limit is < 1 or > 500 ? new Malformed("limit", query.Limit.ToString(System.Globalization.CultureInfo.InvariantCulture), "limit lies between 1 and 500.", "Ask for the next page with offset.")
        : query.Offset < 0 ? new Malformed("offset", query.Offset.ToString(System.Globalization.CultureInfo.InvariantCulture), "offset is 0 or more.", "Start at 0.")
        : query.Search?.Length > 200 ? new Malformed("search", null, "A search has at most 200 characters.", "Shorten it.")
        : null;

    public static Refusal UnknownSort(string? sort, string known) => new Malformed("sort", sort, $"There is no sort field {sort}.", $"Choose one of {known}, with a leading '-' for descending.");
}
