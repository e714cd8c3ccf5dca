namespace MailAdmin.Core.Administrators;

/// <summary>Another person has this user name.</summary>
public sealed record UserNameTaken(string UserName) : Refusal("userName", UserName, $"There is already an administrator {UserName}.", "Choose another user name.");

/// <summary>A token that works has this name.</summary>
public sealed record TokenNameTaken(string Name) : Refusal("name", Name, $"There is already a token {Name}.", "Choose another name, or revoke that token first.");

/// <summary>The password is too easy to guess.</summary>
public sealed record PasswordTooWeak(string Why) : Refusal("password", null, Why, "Take a longer one, such as four words that do not belong together.");

/// <summary>Nobody would be left to manage the portal.</summary>
public sealed record LastOwner(string UserName) : Refusal("role", UserName, $"{UserName} is the last owner who can sign in.", "Make another person an owner first.");

/// <summary>The first run is over.</summary>
public sealed record FirstRunClosed() : Refusal("token", null, "This portal is set up already.", "Sign in, or run: mailadmin admin create");

/// <summary>The set-up link does not hold the right token.</summary>
public sealed record SetupTokenWrong() : Refusal("token", null, "This set-up link is not the right one.", "Open the link that was printed when the portal started; the token lies in the file setup-token of the data directory.");
