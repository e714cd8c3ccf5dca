namespace MailAdmin.Core.Delivery.Queue;

/// <summary>What a filter found, fixed at that moment: an act on it concerns these messages and no others.</summary>
/// <param name="Selection">Names it; known to whoever counted, for some minutes.</param>
/// <param name="Host">Whose queue.</param>
/// <param name="Words">The filter in words.</param>
/// <param name="Messages">How many messages.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Oldest">When the first of them came (UTC); null when there are none.</param>
/// <param name="Newest">When the last of them came (UTC); null when there are none.</param>
/// <param name="ExpiresAt">Until when it can be acted on (UTC).</param>
public sealed record QueueCount(string Selection, string Host, string Words, int Messages, long Bytes, DateTimeOffset? Oldest, DateTimeOffset? Newest, DateTimeOffset ExpiresAt);
