namespace MailAdmin.Core.Delivery.Queue;

/// <summary>A message that somebody wants something done to.</summary>
/// <param name="Id">Its queue id.</param>
/// <param name="ArrivedAt">When the message that the person saw came (UTC, whole seconds): another message under the same id is left alone. Null means whichever has the id now.</param>
public sealed record QueueTarget(string Id, DateTimeOffset? ArrivedAt = null);
