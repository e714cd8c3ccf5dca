using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core;

/// <summary>Binds a subject's options to its section of the settings.</summary>
public static class SubjectOptions
{
    /// <summary>
    /// Options of one subject: defaults from the type, then the section of this name from <c>settings.json</c> in the data
    /// directory and from the environment (<c>Certificates__HttpPort</c>). Attributes are checked at start, all at once, each problem naming its key.
    /// </summary>
    public static OptionsBuilder<T> AddSubjectOptions<T>(this IServiceCollection services, string section) where T : class
    {
        services.AddSingleton<IValidateOptions<T>>(new Validation<T>(section));
        return services.AddOptions<T>()
            .Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.GetSection(section).Bind(options))
            .ValidateOnStart();
    }

    private sealed class Validation<T>(string section) : IValidateOptions<T> where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var problems = new List<ValidationResult>();
            if (Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true)) return ValidateOptionsResult.Success;
            return ValidateOptionsResult.Fail(problems.Select(p => $"{section}:{string.Join(", ", p.MemberNames)}: {p.ErrorMessage}"));
        }
    }
}
