namespace MailAdmin.Web;

/// <summary>Routes that are made while the database is looked at. The first request would make them else, all at once, and wait.</summary>
internal sealed class RoutesAhead(IEndpointRouteBuilder app) : IEndpointRouteBuilder
{
    /// <inheritdoc />
    public IServiceProvider ServiceProvider => app.ServiceProvider;

    /// <inheritdoc />
    public ICollection<EndpointDataSource> DataSources { get; } = [];

    /// <inheritdoc />
    public IApplicationBuilder CreateApplicationBuilder() => app.CreateApplicationBuilder();

    /// <summary>Makes what was mapped, and adds it to the app.</summary>
    public void Make()
    {
        // It keeps what it made; the source of each route would make it anew.
        var routes = new CompositeEndpointDataSource(DataSources);
        _ = routes.Endpoints;
        app.DataSources.Add(routes);
    }
}
