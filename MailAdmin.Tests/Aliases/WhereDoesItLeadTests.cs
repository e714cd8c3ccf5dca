using MailAdmin.Core.Aliases;
using MailAdmin.Core.Mailboxes;

namespace MailAdmin.Tests.Aliases;

public sealed class WhereDoesItLeadTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>example.test with mailboxes alice, bob (suspended) and carol (in trash), alias.test for it, and trashed.test.</summary>
    private static AddressLookup Lookup(params (string Address, string Targets)[] aliases)
    {
        var lookup = new AddressLookup();
        lookup.Domains["example.test"] = new(1, false, null, null);
        lookup.Domains["alias.test"] = new(2, false, "example.test", null);
        lookup.Domains["trashed.test"] = new(3, true, null, null);
        lookup.Domains["guarded.test"] = new(4, false, null, "alice@example.test");
        lookup.Mailboxes["alice@example.test"] = new(MailboxState.ReceiveOnly, false);
        lookup.Mailboxes["bob@example.test"] = new(MailboxState.Suspended, false);
        lookup.Mailboxes["carol@example.test"] = new(MailboxState.Active, true);
        foreach (var (address, targets) in aliases) lookup.Aliases[address] = new(null, false, targets.Split(' '));
        return lookup;
    }

    private static string Follow(AddressLookup lookup, string address) => string.Join("; ", new WhereDoesItLead(lookup, Now).Follow(address).Select(end =>
        $"{(end is ToNowhere nowhere ? nowhere.Reason.ToString() : end.GetType().Name)} {string.Join(" ", end.Path)}"));

    [Theory]
    [InlineData("alice@example.test", "ToMailbox alice@example.test")]
    [InlineData("alice+news@example.test", "ToMailbox alice+news@example.test")]
    [InlineData("alice@alias.test", "ToMailbox alice@alias.test alice@example.test")]
    [InlineData("bob@example.test", "Suspended bob@example.test")]
    [InlineData("carol@example.test", "MailboxInTrash carol@example.test")]
    [InlineData("dave@example.test", "Unknown dave@example.test")]
    [InlineData("dave@trashed.test", "DomainInTrash dave@trashed.test")]
    [InlineData("dave@elsewhere.test", "ToElsewhere dave@elsewhere.test")]
    [InlineData("postmaster@guarded.test", "ToMailbox postmaster@guarded.test alice@example.test")]
    [InlineData("info@guarded.test", "Unknown info@guarded.test")]
    [InlineData("@example.test", "Unknown @example.test")]
    public void Follow_WithoutAliases_SaysWhatStandsThere(string address, string expected) => Assert.Equal(expected, Follow(Lookup(), address));

    [Fact]
    public void Follow_Diamond_FindsEachEndOnce() =>
        Assert.Equal("ToMailbox a@example.test b@example.test alice@example.test", Follow(Lookup(("a@example.test", "b@example.test c@example.test"), ("b@example.test", "alice@example.test"), ("c@example.test", "alice@example.test")), "a@example.test"));

    [Fact]
    public void Follow_CatchAll_NeverStealsAMailboxNotEvenASuspendedOne()
    {
        var lookup = Lookup(("@example.test", "alice@example.test"));
        Assert.Equal("Suspended bob@example.test", Follow(lookup, "bob@example.test"));
        Assert.Equal("ToMailbox dave@example.test @example.test alice@example.test", Follow(lookup, "dave@example.test"));
    }

    [Fact]
    public void Follow_ExpiredAlias_FallsToTheCatchAllOrNowhere()
    {
        var lookup = Lookup();
        lookup.Aliases["a@example.test"] = new(Now, false, ["alice@example.test"]);
        Assert.Equal("Expired a@example.test", Follow(lookup, "a@example.test"));
        lookup.Aliases["@example.test"] = new(null, false, ["x@elsewhere.test"]);
        Assert.Equal("ToElsewhere a@example.test @example.test x@elsewhere.test", Follow(lookup, "a@example.test"));
    }

    [Fact]
    public void Follow_Circle_ShowsIt() =>
        Assert.Equal("InCircles a@example.test b@example.test a@example.test", Follow(Lookup(("a@example.test", "b@example.test"), ("b@example.test", "a@example.test")), "a@example.test"));

    [Fact]
    public void Follow_AChainOfThousands_EndsTooFarWithoutOverflow()
    {
        var lookup = Lookup([.. Enumerable.Range(0, 5000).Select(i => ($"a{i}@example.test", $"a{i + 1}@example.test"))]);
        Assert.StartsWith("TooFar", Follow(lookup, "a0@example.test"), StringComparison.Ordinal);
    }
}
