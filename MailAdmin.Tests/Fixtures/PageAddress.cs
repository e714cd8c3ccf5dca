using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Fixtures;

/// <summary>Waits for the address that a page has. <c>WaitForURLAsync</c> misses a navigation that happens while it begins to wait.</summary>
public static class PageAddress
{
    public static Task AddressAsync(this IPage page, [StringSyntax(StringSyntaxAttribute.Regex)] string pattern) => Expect(page).ToHaveURLAsync(new Regex(pattern), new() { Timeout = 30_000 });
}
