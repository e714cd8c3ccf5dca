using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Core.AddressBook;

/// <summary>Registers what concerns addresses of every kind together.</summary>
public static class AddressBookSetup
{
    /// <summary>Adds <see cref="AddressSearch"/> and <see cref="AddressKeeper"/>.</summary>
    public static IServiceCollection AddAddressBook(this IServiceCollection services) => services.AddSingleton<AddressSearch>().AddSingleton<AddressKeeper>();
}
