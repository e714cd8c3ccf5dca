using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Delivery.Store;

/// <summary>Checks what is asked of the store.</summary>
internal static class TraceQueryRules
{
    private const int LongestText = 1_000;
    private const int MostColumns = 2_000;
    private static readonly TimeSpan LeastStep = TimeSpan.FromMinutes(5);

    public static Reasons Check(TraceQuery query)
    {
        var reasons = new Reasons();
        foreach (var (field, value) in ((string, string?)[])[("search", query.Search), ("address", query.Address), ("from", query.From), ("to", query.To), ("addressPart", query.AddressPart), ("domain", query.Domain), ("messageId", query.MessageId),
            ("queueId", query.QueueId), ("clientAddress", query.ClientAddress), ("relay", query.Relay), ("user", query.User), ("code", query.Code), ("host", query.Host)])
            if (value is { Length: > LongestText }) reasons.Add(new Malformed(field, ShownText.Of(value, 40), $"A search text has at most {LongestText} characters.", "Shorten it."));
        if (query.AddressPart is { Length: < TraceQuery.ShortestPart } part)
            reasons.Add(new Malformed("addressPart", ShownText.Of(part), $"A part of an address has at least {TraceQuery.ShortestPart} characters.", "Give more of the address."));
        if (query.Code is { } code && (code.Length == 0 || code.Any(c => !char.IsAsciiDigit(c) && c != '.')))
            reasons.Add(new Malformed("code", ShownText.Of(code), $"'{ShownText.Of(code, 40)}' is not a status code.", "Give one such as 5.1.1, 5.7 or 554."));
        if (query.Limit is < 1 or > TraceQuery.MostPerPage) reasons.Add(new Malformed("limit", $"{query.Limit}", $"{query.Limit} is not a number from 1 to {TraceQuery.MostPerPage}.", "Ask for less, and go on with the next page."));
        if (query.Since >= query.Until) reasons.Add(new Malformed("until", $"{query.Until:O}", "The time ends before it begins.", "Give an end after the begin."));
        return reasons;
    }

    public static Reasons Check(CountsQuery query)
    {
        var reasons = new Reasons();
        if (query.Since >= query.Until) reasons.Add(new Malformed("until", $"{query.Until:O}", "The time ends before it begins.", "Give an end after the begin."));
        else if (query.Step < LeastStep || query.Step.Ticks % LeastStep.Ticks != 0) reasons.Add(new Malformed("step", $"{query.Step}", "A step is a multiple of five minutes.", "Give 00:05:00, 01:00:00 or 1.00:00:00."));
        else if ((query.Until - query.Since) / query.Step > MostColumns) reasons.Add(new Malformed("step", $"{query.Step}", $"That would be more than {MostColumns} columns.", "Take a larger step or a shorter time."));
        return reasons;
    }
}
